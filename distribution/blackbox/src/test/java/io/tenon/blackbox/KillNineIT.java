package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.mvccpb.KeyValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed again and again while clients write. After each restart every acknowledged write is there with its revision, and
 * revisions never go back. The long form is {@code -Dtenon.kill.rounds=100}.
 */
class KillNineIT {
    private static final int ROUNDS = Integer.getInteger("tenon.kill.rounds", 5);
    private static final int WRITERS = 32;
    private static final long SHORTEST_MILLIS = 100;
    private static final int SPREAD_MILLIS = 900;
    private static final long SEED = Long.getLong("tenon.seed", 42);

    @TempDir
    private Path directory;
    /** Revision of every acknowledged put, by its key, which is used once. */
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong nextKey = new AtomicLong();

    @Test
    void acknowledgedWritesOutliveTheProcess() throws Exception {
        Random random = new Random(SEED);
        long highest = 0;
        try (TenonServer server = TenonServer.start(directory.resolve("node.etcd"), "--snapshot-count", "2000")) {
            for (int round = 0; round < ROUNDS; round++) {
                writeUntilKilled(server, SHORTEST_MILLIS + random.nextInt(SPREAD_MILLIS));
                server.start();
                highest = checkAll(server, highest);
                System.err.printf("kill -9 round %d of %d: %,d acknowledged writes, revision %,d%n", round + 1, ROUNDS,
                        acknowledged.size(), highest);
            }
            assertTrue(acknowledged.size() > ROUNDS, "hardly anything was written: " + acknowledged.size());
        }
    }

    private void writeUntilKilled(TenonServer server, long millis) throws Exception {
        try (RawCalls calls = new RawCalls(server)) {
            List<Thread> writers = new ArrayList<>();
            for (int number = 0; number < WRITERS; number++) {
                writers.add(Thread.ofVirtual().start(() -> write(calls, server)));
            }
            TimeUnit.MILLISECONDS.sleep(millis);
            server.kill();
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    private void write(RawCalls calls, TenonServer server) {
        while (server.isAlive()) {
            String key = "key/" + nextKey.getAndIncrement();
            byte[] put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFromUtf8(key)).build().toByteArray();
            RawCalls.Outcome outcome = calls.unary("etcdserverpb.KV/Put", put);
            if (outcome.status().getCode() == Status.Code.OK) {
                acknowledged.put(key, revision(outcome.messages().getFirst()));
            }
        }
    }

    private static long revision(byte[] response) {
        try {
            return PutResponse.parseFrom(response).getHeader().getRevision();
        } catch (com.google.protobuf.InvalidProtocolBufferException bad) {
            throw new AssertionError(bad);
        }
    }

    private long checkAll(TenonServer server, long highest) throws Exception {
        try (RawCalls calls = new RawCalls(server)) {
            byte[] all = RangeRequest.newBuilder().setKey(ByteString.copyFrom(new byte[1])).setRangeEnd(ByteString.copyFrom(new byte[1]))
                    .build().toByteArray();
            RangeResponse range = RangeResponse.parseFrom(calls.unary("etcdserverpb.KV/Range", all).messages().getFirst());
            Map<String, Long> found = new ConcurrentHashMap<>();
            for (KeyValue kv : range.getKvsList()) {
                assertEquals(kv.getKey(), kv.getValue());
                found.put(kv.getKey().toStringUtf8(), kv.getModRevision());
            }
            acknowledged.forEach((key, revision) -> assertEquals(revision, found.get(key), key));
            long now = range.getHeader().getRevision();
            assertTrue(now >= highest, "revision went back from " + highest + " to " + now);
            long newest = acknowledged.values().stream().mapToLong(Long::longValue).max().orElse(0);
            assertTrue(now >= newest, "revision " + now + " is below an acknowledged one: " + newest);
            return now;
        }
    }
}
