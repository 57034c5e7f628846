package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.wire.etcdserverpb.PutResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while clients write: the process ends soon, with the status of the signal, and nothing that was acknowledged is lost. */
class StopUnderLoadIT {
    private static final int ROUNDS = 3;
    private static final int WRITERS = 32;
    /** The promise is two seconds; a test machine may be busy with other things. */
    private static final long LONGEST_STOP_MILLIS = 5000;
    private static final int TERMINATED = 143;

    @TempDir
    private Path directory;
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong nextKey = new AtomicLong();

    @Test
    void nothingIsLost() throws Exception {
        long highest = 0;
        try (TenonServer server = TenonServer.start(directory.resolve("node.etcd"))) {
            for (int round = 0; round < ROUNDS; round++) {
                stopUnderLoad(server);
                server.start();
                try (EtcdClient client = new EtcdClient(server)) {
                    for (Map.Entry<String, Long> write : acknowledged.entrySet()) {
                        assertEquals(write.getValue(), client.get(write.getKey()).getKvs(0).getModRevision());
                    }
                    long revision = client.get("none").getHeader().getRevision();
                    assertTrue(revision >= highest, "revision went back from " + highest + " to " + revision);
                    highest = revision;
                }
                acknowledged.clear();
            }
        }
    }

    private void stopUnderLoad(TenonServer server) throws Exception {
        try (EtcdClient client = new EtcdClient(server)) {
            List<Thread> writers = new ArrayList<>();
            for (int number = 0; number < WRITERS; number++) {
                writers.add(Thread.ofVirtual().start(() -> write(client, server)));
            }
            TimeUnit.MILLISECONDS.sleep(1000);
            long startNanos = System.nanoTime();
            assertEquals(TERMINATED, server.stop());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
            System.err.printf("SIGTERM under load: stopped after %d ms, %,d writes acknowledged%n", millis, acknowledged.size());
            assertTrue(millis < LONGEST_STOP_MILLIS, "took " + millis + " ms:\n" + server.log());
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    private void write(EtcdClient client, TenonServer server) {
        while (server.isAlive()) {
            String key = "key/" + nextKey.getAndIncrement();
            RawCalls.Outcome outcome = client.put(key, EtcdClient.bytes(key));
            if (outcome.status().isOk()) {
                try {
                    acknowledged.put(key, PutResponse.parseFrom(outcome.messages().getFirst()).getHeader().getRevision());
                } catch (com.google.protobuf.InvalidProtocolBufferException bad) {
                    throw new AssertionError(bad);
                }
            }
        }
    }
}
