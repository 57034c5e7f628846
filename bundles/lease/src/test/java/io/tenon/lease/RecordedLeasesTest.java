package io.tenon.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Message;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseLeasesResponse;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeResponse;
import io.tenon.wire.etcdserverpb.LeaseStatus;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A conversation about leases that etcd 3.5.30 had, step by step; only the ids that it made up are not ours. */
class RecordedLeasesTest {
    private final LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
    /** Ours to the recorded ones. */
    private final Map<Long, Long> madeUp = new HashMap<>();

    private record Step(String rpc, String name, byte[] request, int status, String message, byte[] response) {

        static Step of(String line) {
            String[] columns = line.split("\\|", -1);
            return new Step(columns[0], columns[1], HexFormat.of().parseHex(columns[2]), columns[3].isEmpty() ? 0 : Integer.parseInt(columns[3]),
                    columns[4], HexFormat.of().parseHex(columns[5]));
        }
    }

    @Test
    void everyStepIsAnsweredAlike() throws Exception {
        List<Step> steps = lines().stream().map(Step::of).toList();
        for (Step step : steps) {
            run(step);
        }
        assertEquals(25, steps.size());
    }

    private void run(Step step) throws IOException {
        node.pass(Duration.ofMillis(20));
        switch (step.rpc) {
            case "Pass" -> node.pass(Duration.ofSeconds(3));
            case "Put" -> put(PutRequest.parseFrom(step.request));
            case "LeaseGrant" -> granted(step);
            case "LeaseRevoke" -> answered(step, node.revoke(LeaseRevokeRequest.parseFrom(step.request).getID()),
                    LeaseRevokeResponse.parser().parseFrom(step.response));
            case "LeaseTimeToLive" -> timeToLive(step);
            case "LeaseLeases" -> leases(step);
            default -> throw new IllegalStateException("rpc " + step.rpc);
        }
    }

    private void put(PutRequest request) {
        long lease = request.getIgnoreLease() ? node.machine.leaseOf(request.getKey()) : request.getLease();
        node.put(request.getKey().toStringUtf8(), lease);
    }

    private void granted(Step step) throws IOException {
        LeaseGrantRequest request = LeaseGrantRequest.parseFrom(step.request);
        RecordedReply<LeaseGrantResponse> reply = node.grant(request.getID(), request.getTTL());
        LeaseGrantResponse recorded = LeaseGrantResponse.parseFrom(step.response);
        if (request.getID() == 0 && step.status == 0) {
            long ours = reply.answer().getID();
            madeUp.put(ours, recorded.getID());
            assertEquals(recorded, reply.answer().toBuilder().setID(recorded.getID()).build(), step.name);
        } else {
            answered(step, reply, recorded);
        }
    }

    private void timeToLive(Step step) throws IOException {
        LeaseTimeToLiveRequest request = LeaseTimeToLiveRequest.parseFrom(step.request);
        LeaseTimeToLiveResponse ours = node.timeToLive(request.getID()).answer();
        LeaseTimeToLiveResponse recorded = LeaseTimeToLiveResponse.parseFrom(step.response);
        // etcd returns keys in no order; ours are sorted. The helper always asks for keys.
        assertEquals(recorded.toBuilder().clearKeys().build(), ours.toBuilder().clearKeys().build(), step.name);
        if (request.getKeys()) {
            assertEquals(recorded.getKeysList().stream().map(key -> key.toStringUtf8()).sorted().toList(),
                    ours.getKeysList().stream().map(key -> key.toStringUtf8()).toList(), step.name);
        }
    }

    private void leases(Step step) throws IOException {
        LeaseLeasesResponse.Builder ours = node.leases().answer().toBuilder();
        List<LeaseStatus> renamed = ours.getLeasesList().stream()
                .map(lease -> lease.toBuilder().setID(madeUp.getOrDefault(lease.getID(), lease.getID())).build()).toList();
        assertEquals(LeaseLeasesResponse.parseFrom(step.response), ours.clearLeases().addAllLeases(renamed).build(), step.name);
    }

    private static <T extends Message> void answered(Step step, RecordedReply<T> reply, T recorded) {
        if (step.status == 0) {
            assertEquals(recorded, reply.answer(), step.name);
        } else {
            assertEquals(step.message, reply.refusal().text(), step.name);
            assertEquals(step.status, reply.refusal().code().number(), step.name);
        }
    }

    private static List<String> lines() throws IOException {
        try (var stream = RecordedLeasesTest.class.getResourceAsStream("/leases.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
        }
    }
}
