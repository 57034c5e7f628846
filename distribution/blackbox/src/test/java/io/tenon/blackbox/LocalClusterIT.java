package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in this process, each in a framework of its own, are one cluster over {@code transport-local}. */
class LocalClusterIT {
    private static final long WAIT_SECONDS = 60;
    private static final Map<String, String> PEER_URLS = new TreeMap<>(Map.of("a", "http://127.0.0.1:11", "b", "http://127.0.0.1:12", "c",
            "http://127.0.0.1:13"));
    private static final String RENDEZVOUS = "io.tenon.transport.local.1";

    @TempDir
    private Path directory;
    private final Map<String, EmbeddedNode> nodes = new TreeMap<>();
    private int starts;

    private void launch(String name) throws Exception {
        String cluster = PEER_URLS.entrySet().stream().map(peer -> peer.getKey() + "=" + peer.getValue()).collect(Collectors.joining(","));
        nodes.put(name, EmbeddedNode.launch(directory.resolve("cache-" + starts++), directory.resolve(name + ".etcd"),
                Map.of("tenon.transport.local.network", directory.toString(), "tenon.flag.name", name,
                        "tenon.flag.initial-advertise-peer-urls", PEER_URLS.get(name), "tenon.flag.initial-cluster", cluster)));
    }

    private void launchAll() throws Exception {
        for (String name : PEER_URLS.keySet()) {
            launch(name);
        }
        for (EmbeddedNode node : nodes.values()) {
            node.awaitPort();
        }
    }

    @AfterEach
    void closeAll() {
        nodes.values().forEach(EmbeddedNode::close);
    }

    private static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() - until < 0, "not within " + WAIT_SECONDS + " s: " + what);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private boolean leads(String name) {
        return nodes.get(name).status().contains("role=LEADER");
    }

    private String leader() throws InterruptedException {
        await("a leader", () -> nodes.keySet().stream().anyMatch(this::leads));
        return nodes.keySet().stream().filter(this::leads).findFirst().orElseThrow();
    }

    private boolean put(String name, String key, String value) {
        try (RawCalls calls = new RawCalls(nodes.get(name).endpoint())) {
            return calls.unary("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key))
                    .setValue(ByteString.copyFromUtf8(value)).build().toByteArray()).status().isOk();
        }
    }

    private String get(String name, String key) {
        try (RawCalls calls = new RawCalls(nodes.get(name).endpoint())) {
            RawCalls.Outcome outcome = calls.unary("etcdserverpb.KV/Range",
                    RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build().toByteArray());
            if (!outcome.status().isOk()) {
                return outcome.status().toString();
            }
            RangeResponse range = RangeResponse.parseFrom(outcome.messages().getFirst());
            return range.getKvsCount() == 0 ? "" : range.getKvs(0).getValue().toStringUtf8();
        } catch (com.google.protobuf.InvalidProtocolBufferException broken) {
            throw new AssertionError(broken);
        }
    }

    @Test
    void whatOneTakesAllHaveAndTheyOutliveTheLossOfAnyOne() throws Exception {
        launchAll();
        for (String name : nodes.keySet()) {
            assertTrue(nodes.get(name).status().contains("transports=[local, http]"), nodes.get(name).status());
            assertTrue(put(name, "by-" + name, name), name);
        }
        for (String reader : nodes.keySet()) {
            for (String writer : nodes.keySet()) {
                assertEquals(writer, get(reader, "by-" + writer), reader);
            }
        }
        String lost = leader();
        nodes.remove(lost).close();
        String left = leader();
        await("a put without " + lost, () -> put(left, "without", lost));
        nodes.keySet().forEach(name -> assertEquals(lost, get(name, "without")));
        launch(lost);
        nodes.get(lost).awaitPort();
        assertEquals(lost, get(lost, "without"));
        assertTrue(put(lost, "back", lost));
        assertEquals(lost, get(leader(), "back"));
    }

    /** More than the leader keeps in memory, in entries that fill a message alone. */
    @Test
    void memberThatMissedLargeEntriesIsServedFromTheLog() throws Exception {
        launchAll();
        String leader = leader();
        String behind = nodes.keySet().stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
        nodes.remove(behind).close();
        String value = "v".repeat(1 << 20);
        for (int at = 0; at < 40; at++) {
            assertTrue(put(leader, "large-" + at % 10, value), "put " + at);
        }
        assertTrue(put(leader, "last", "one"));
        launch(behind);
        nodes.get(behind).awaitPort();
        assertEquals("one", get(behind, "last"));
        assertEquals(value, get(behind, "large-9"));
    }

    @Test
    void optionsAndTransportsOfAMemberComeAndGoWhileAllServe() throws Exception {
        launchAll();
        String leader = leader();
        String follower = nodes.keySet().stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
        try (SwapLoad load = new SwapLoad(nodes.get(leader).endpoint())) {
            for (String name : List.of(follower, leader)) {
                for (String option : List.of("prevote", "checkquorum")) {
                    String rule = option.equals("prevote") ? "POLL_BEFORE_CAMPAIGN" : "RESIGN_WITHOUT_QUORUM";
                    nodes.get(name).bundle("io.tenon.raft." + option).stop();
                    await("no " + rule, () -> !nodes.get(name).status().contains(rule));
                    load.awaitProgress();
                    nodes.get(name).bundle("io.tenon.raft." + option).start();
                    await(rule, () -> nodes.get(name).status().contains(rule));
                    load.awaitProgress();
                }
            }
            for (int round = 0; round < 5; round++) {
                nodes.get(follower).update("io.tenon.transport.local");
                load.awaitProgress();
            }
            load.finish();
            assertEquals(List.of(), load.wrong());
            assertEquals(leader, leader());
        }
        assertTrue(put(follower, "after", "all"));
        for (String name : nodes.keySet()) {
            assertEquals("all", get(name, "after"), name);
        }
    }

    @Test
    void nothingOfAMemberStaysWhenItIsGone() throws Exception {
        launchAll();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (EmbeddedNode node : nodes.values()) {
            loaders.add(new WeakReference<>(node.loader("io.tenon.transport.local")));
            node.close();
        }
        nodes.clear();
        assertEquals(Map.of(), System.getProperties().get(RENDEZVOUS));
        await("class loaders to go", () -> {
            System.gc();
            return loaders.stream().allMatch(loader -> loader.get() == null);
        });
    }
}
