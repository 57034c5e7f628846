package io.tenon.blackbox;

import static io.tenon.blackbox.EtcdClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.StatusRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchProgressRequest;
import io.tenon.wire.etcdserverpb.WatchRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take nothing, or take very much: a server with a small heap goes on serving the others. */
class SlowClientsIT {
    private static final int HEAP_MB = 256;
    private static final String WATCH = "etcdserverpb.Watch/Watch";

    @TempDir
    private Path directory;
    private TenonServer server;
    private EtcdClient client;

    @BeforeEach
    void start() {
        server = TenonServer.startWith(Map.of("TENON_HEAP", HEAP_MB + "m"), directory.resolve("node.etcd"));
        client = new EtcdClient(server);
    }

    @AfterEach
    void stop() throws Exception {
        try {
            client.assertServed();
        } finally {
            client.close();
            server.close();
        }
    }

    @Test
    void watchThatIsNeverReadHoldsNobodyUpAndIsServedWhenItReadsAgain() throws Exception {
        int writes = 100;
        try (EtcdClient slow = new EtcdClient(server)) {
            RawCalls.Stream deaf = slow.calls().deafStream(WATCH);
            deaf.send(watch("load/", "load0").toByteArray());
            RawCalls.Stream reader = client.calls().stream(WATCH);
            reader.send(watch("load/", "load0").toByteArray());
            reader.next();
            for (int number = 0; number < writes; number++) {
                client.putOk("load/" + number, ByteString.copyFrom(new byte[1 << 20]));
            }
            assertEvents(reader, writes);
            System.err.printf("100 MB past a deaf watch: %,d MB resident of a heap of %d MB%n", server.residentBytes() >> 20, HEAP_MB);
            assertTrue(server.residentBytes() < 3L * HEAP_MB << 20, "resident: " + server.residentBytes());
            deaf.listen();
            deaf.next();
            assertEvents(deaf, writes);
        }
    }

    private static void assertEvents(RawCalls.Stream stream, int count) throws Exception {
        int seen = 0;
        while (seen < count) {
            WatchResponse response = WatchResponse.parseFrom(stream.next());
            for (var event : response.getEventsList()) {
                assertEquals("load/" + seen, event.getKv().getKey().toStringUtf8());
                seen++;
            }
        }
    }

    @Test
    void requestsOnAStreamThatIsNeverRead() throws Exception {
        try (EtcdClient slow = new EtcdClient(server)) {
            RawCalls.Stream deaf = slow.calls().deafStream(WATCH);
            byte[] create = watch("k".repeat(1000), "").toByteArray();
            byte[] progress = WatchRequest.newBuilder().setProgressRequest(WatchProgressRequest.getDefaultInstance()).build().toByteArray();
            for (int number = 0; number < 50_000; number++) {
                deaf.send(create);
                deaf.send(progress);
            }
            TimeUnit.SECONDS.sleep(2);
            client.assertServed();
            assertTrue(server.residentBytes() < 3L * HEAP_MB << 20, "resident: " + server.residentBytes());
        }
    }

    @Test
    void tenThousandWatchersOnOneStream() throws Exception {
        RawCalls.Stream stream = client.calls().stream(WATCH);
        int watchers = 10_000;
        byte[] create = watch("crowd", "").toByteArray();
        for (int number = 0; number < watchers; number++) {
            stream.send(create);
        }
        for (int number = 0; number < watchers; number++) {
            assertEquals(number, WatchResponse.parseFrom(stream.next()).getWatchId());
        }
        long revision = client.putOk("crowd", bytes("1"));
        for (int number = 0; number < watchers; number++) {
            assertEquals(revision, WatchResponse.parseFrom(stream.next()).getHeader().getRevision());
        }
        stream.cancel();
    }

    @Test
    void aThousandStreams() throws Exception {
        List<RawCalls.Stream> streams = new ArrayList<>();
        for (int number = 0; number < 1000; number++) {
            RawCalls.Stream stream = client.calls().stream(WATCH);
            stream.send(watch("everyone", "").toByteArray());
            streams.add(stream);
        }
        for (RawCalls.Stream stream : streams) {
            assertTrue(WatchResponse.parseFrom(stream.next()).getCreated());
        }
        client.putOk("everyone", bytes("1"));
        for (RawCalls.Stream stream : streams) {
            assertEquals(1, WatchResponse.parseFrom(stream.next()).getEventsCount());
        }
        streams.forEach(RawCalls.Stream::cancel);
    }

    @Test
    void largePutsFromManyClientsAtOnce() throws Exception {
        byte[] put = EtcdClient.putOf("large", ByteString.copyFrom(new byte[1 << 20])).toByteArray();
        int answered = manyAtOnce(100, "etcdserverpb.KV/Put", put);
        System.err.printf("100 puts of 1 MB at once: %d answered OK, %,d MB resident%n", answered, server.residentBytes() >> 20);
        assertTrue(answered > 0);
    }

    @Test
    void moreReadsAndQuestionsThanAnyQueueHolds() throws Exception {
        byte[] get = io.tenon.wire.etcdserverpb.RangeRequest.newBuilder().setKey(bytes("a")).build().toByteArray();
        assertTrue(manyAtOnce(200_000, "etcdserverpb.KV/Range", get) > 0);
        assertTrue(manyAtOnce(200_000, "etcdserverpb.Maintenance/Status", StatusRequest.getDefaultInstance().toByteArray()) > 0);
        assertTrue(manyAtOnce(100_000, "etcdserverpb.KV/Put", EtcdClient.putOf("small", bytes("1")).toByteArray()) > 0);
    }

    /** Calls without waiting for one another; how many went well. None may stay unanswered. */
    private int manyAtOnce(int calls, String method, byte[] request) throws Exception {
        List<RawCalls.Pending> pending = new ArrayList<>();
        try (RawCalls other = new RawCalls(server)) {
            for (int number = 0; number < calls; number++) {
                pending.add(other.begin(method, request));
            }
            int ok = 0;
            java.util.Map<String, Integer> refusals = new java.util.TreeMap<>();
            for (RawCalls.Pending call : pending) {
                if (call.end().isOk()) {
                    ok++;
                } else {
                    refusals.merge(String.valueOf(call.end()), 1, Integer::sum);
                }
            }
            System.err.printf("%,d times %s: %,d OK, refused %s%n", calls, method, ok, refusals);
            return ok;
        }
    }

    private static WatchRequest watch(String key, String rangeEnd) {
        return WatchRequest.newBuilder().setCreateRequest(WatchCreateRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(rangeEnd)))
                .build();
    }
}
