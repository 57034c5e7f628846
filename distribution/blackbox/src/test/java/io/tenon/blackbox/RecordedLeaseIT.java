package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseLeasesResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorded calls of the Lease service; ids that the server chose and times that ran are compared by what they mean. */
class RecordedLeaseIT {
    private static final String EXPIRED = "lease 100 expired";
    /** What follows needs the Lock service. */
    private static final String FIRST_OF_LOCK = "lock no lease";
    private static final long EXPIRY_SECONDS = 20;

    @TempDir
    private Path directory;

    @Test
    void callsAreAnsweredAsRecorded() throws Exception {
        try (TenonServer server = TenonServer.start(directory.resolve("default.etcd")); RawCalls calls = new RawCalls(server)) {
            List<Recorded.Step> steps = Recorded.unary("grpc_lease_lock_election.json");
            for (Recorded.Step step : steps) {
                if (step.name().equals(FIRST_OF_LOCK)) {
                    return;
                }
                if (step.name().equals(EXPIRED)) {
                    awaitExpiry(calls, step);
                }
                check(step, calls.unary(step.method(), step.request()));
            }
            throw new AssertionError("the recording has no step " + FIRST_OF_LOCK);
        }
    }

    private static void check(Recorded.Step step, RawCalls.Outcome outcome) throws Exception {
        assertEquals(step.status(), outcome.status().getCode().value(), step.name() + ": " + outcome.status());
        assertEquals(step.message(), Optional.ofNullable(outcome.status().getDescription()).orElse(""), step.name());
        if (outcome.status().getCode() != Status.Code.OK) {
            return;
        }
        byte[] expected = Recorded.bytes(step.responses().getFirst());
        byte[] actual = outcome.messages().getFirst();
        if (step.method().endsWith("/LeaseTimeToLive")) {
            checkTimeToLive(step, LeaseTimeToLiveResponse.parseFrom(expected), LeaseTimeToLiveResponse.parseFrom(actual));
        } else if (step.method().endsWith("/LeaseLeases")) {
            assertEquals(LeaseLeasesResponse.parseFrom(expected).getLeasesCount(), LeaseLeasesResponse.parseFrom(actual).getLeasesCount());
        } else if (step.name().equals("grant ttl0 id0") || step.name().equals("grant ttl -1")) {
            checkChosenId(LeaseGrantResponse.parseFrom(expected), LeaseGrantResponse.parseFrom(actual));
        } else {
            assertEquals(Recorded.hex(expected), Recorded.hex(actual), step.name());
        }
    }

    private static void checkChosenId(LeaseGrantResponse expected, LeaseGrantResponse actual) {
        assertNotEquals(0, actual.getID());
        assertEquals(0x694dL, actual.getID() >>> 48);
        assertEquals(expected.toBuilder().clearID().build(), actual.toBuilder().clearID().build());
    }

    private static void checkTimeToLive(Recorded.Step step, LeaseTimeToLiveResponse expected, LeaseTimeToLiveResponse actual) {
        assertEquals(expected.getGrantedTTL(), actual.getGrantedTTL(), step.name());
        assertEquals(new HashSet<>(expected.getKeysList()), new HashSet<>(actual.getKeysList()), step.name());
        assertEquals(expected.getHeader(), actual.getHeader(), step.name());
        assertTrue(actual.getTTL() <= expected.getTTL() + 1 && (expected.getTTL() == -1) == (actual.getTTL() == -1), step.name() + ": " + actual);
    }

    /** Leases end some time after their TTL; the recording waited for it. */
    private static void awaitExpiry(RawCalls calls, Recorded.Step step) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(EXPIRY_SECONDS);
        byte[] request = LeaseTimeToLiveRequest.newBuilder().setID(100).build().toByteArray();
        while (LeaseTimeToLiveResponse.parseFrom(calls.unary(step.method(), request).messages().getFirst()).getTTL() != -1) {
            assertTrue(System.nanoTime() - until < 0, "lease 100 lives on");
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
