package io.tenon.v2store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.Refusals;
import io.tenon.api.RefusedException;
import io.tenon.api.v2.V2Error;
import io.tenon.api.v2.V2Event;
import io.tenon.spi.state.Handover;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the tree is kept, told of, and left by time. */
class V2StoreMachineTest {
    private static final long TICK_NANOS = Duration.ofMillis(100).toNanos();

    @Test
    void treeThatNobodyUsedHasNoRowsAndIsNotToldOf() {
        TreeNode fresh = new TreeNode(0);
        assertTrue(fresh.machine.snapshotNodes().isEmpty());
        TreeNode counted = new TreeNode(3);
        assertEquals("3 {}", counted.told());
        assertEquals(1, counted.node.saved().count(Bucket.TENON_V2), "the index alone");
        assertEquals("3 {}", counted.restarted().told());
    }

    @Test
    void treeSurvivesARestart() {
        TreeNode node = full();
        assertEquals(node.told(), node.restarted().told());
        assertEquals(8, node.restarted().machine.index());
        node.put("/1/a/file", "after");
        TreeNode after = node.restarted();
        assertEquals("after", ((V2Event) after.apply(Request.newBuilder().setMethod("QGET").setPath("/1/a/file").build()))
                .node().value().orElseThrow());
        after.apply(Request.newBuilder().setMethod("DELETE").setPath("/1/a").setRecursive(true).build());
        assertEquals(List.of("/1/A", "/1/A/x", "/1/a-b", "/1/ttl", "/2", "/2/users", "/2/users/bob", "index"), keys(after));
        assertEquals(after.told(), after.restarted().told());
    }

    @Test
    void snapshotTellsOfItAsEtcdWritesIt() {
        TreeNode node = new TreeNode(3);
        node.put("/1/d/k", "v<", 1_799_999_999_500_000_000L);
        assertEquals("4 {1={\"Path\":\"/1\",\"CreatedIndex\":0,\"ModifiedIndex\":0,\"ExpireTime\":\"0001-01-01T00:00:00Z\",\"Value\":\"\","
                + "\"Children\":{\"d\":{\"Path\":\"/1/d\",\"CreatedIndex\":4,\"ModifiedIndex\":4,\"ExpireTime\":\"0001-01-01T00:00:00Z\","
                + "\"Value\":\"\",\"Children\":{\"k\":{\"Path\":\"/1/d/k\",\"CreatedIndex\":4,\"ModifiedIndex\":4,"
                + "\"ExpireTime\":\"2027-01-15T07:59:59.5Z\",\"Value\":\"v\\u003c\",\"Children\":null}}}}}}", node.told());
    }

    @Test
    void treeOfANewerSnapshotTakesThePlaceOfTheOldOne() {
        TreeNode node = full();
        String json = "{\"Root\":{\"Path\":\"/\",\"Children\":{\"0\":{\"Path\":\"/0\",\"Children\":{\"x\":{}}},"
                + node.machine.snapshotNodes().entrySet().stream().map(one -> "\"" + one.getKey() + "\":" + one.getValue())
                        .reduce((a, b) -> a + "," + b).orElseThrow()
                + "}},\"WatcherHub\":{\"EventHistory\":{\"Queue\":{\"Events\":[null,{\"action\":\"set\",\"prevNode\":null}]}}},\"CurrentIndex\":8}";
        TreeNode other = new TreeNode(2);
        other.put("/1/old", "gone");
        other.takeSnapshot(json);
        assertEquals(node.told(), other.told());
        assertEquals(node.told(), other.restarted().told());
        assertEquals(keys(node), keys(other).stream().filter(key -> !key.equals("/1")).toList());
        other.put("/1/new", "x");
        String further = other.told();
        other.takeSnapshot(json);
        assertEquals(further, other.told(), "a snapshot that is not newer says nothing");
        assertThrows(IllegalArgumentException.class, () -> other.takeSnapshot("{\"Root\":"));
    }

    @Test
    void newerVersionOfTheBundleTakesItOver() {
        TreeNode node = full();
        Handover handover = node.machine.handOver().orElseThrow();
        TreeNode next = new TreeNode(0);
        assertTrue(next.machine.takeOver(handover, next.node.ports()));
        assertEquals(node.told(), next.told());
        assertFalse(next.machine.takeOver(new Handover("v2store", 99, List.of()), next.node.ports()));
    }

    @Test
    void leaderLetsNodesExpireThroughTheLog() {
        TreeNode node = new TreeNode(0);
        node.node.leadershipChanged(true);
        node.node.tick(TICK_NANOS);
        assertEquals(List.of(), node.proposals.proposed(), "nothing can expire");
        node.put("/1/soon", "x", TreeNode.NOW_NANOS);
        node.put("/1/late", "x", TreeNode.NOW_NANOS + 1);
        node.put("/1/stays", "x", 1);
        node.node.tick(TICK_NANOS);
        node.node.tick(TICK_NANOS);
        assertEquals(List.of("SYNC"), node.proposals.proposed().stream().map(request -> request.getV2().getMethod()).toList());
        assertEquals(List.of("/1/late", "/1/stays", "index"), keys(node));
        assertEquals(4, node.machine.index());
        node.node.leadershipChanged(false);
        node.node.tick(Duration.ofSeconds(1).toNanos());
        assertEquals(1, node.proposals.proposed().size());
    }

    @Test
    void directoryThatExpiresTakesWhatIsInItWithOneChange() {
        TreeNode node = new TreeNode(0);
        node.apply(Request.newBuilder().setMethod("PUT").setPath("/1/d").setDir(true).setExpiration(TreeNode.NOW_NANOS).build());
        node.put("/1/d/a", "x", TreeNode.NOW_NANOS + 1);
        node.put("/1/d/b/c", "x");
        node.apply(Request.newBuilder().setMethod("SYNC").setTime(TreeNode.NOW_NANOS + 1).build());
        assertEquals("4 {}", node.told());
        assertEquals(List.of("index"), keys(node));
    }

    @Test
    void whatEtcdRefusesHasNoEffect() {
        TreeNode node = full();
        String before = node.told();
        assertEquals(new V2Error(V2Error.NOT_A_DIRECTORY, "/1/a/file", 8), node.put("/1/a/file/below", "x"));
        assertEquals(new V2Error(V2Error.INTERNAL, "nodePath /1/a : Not a file ()", 8), node.apply(
                Request.newBuilder().setMethod("PUT").setPath("/1/a").setPrevExist(true).build()));
        assertThrows(RefusedException.class, () -> node.apply(Request.newBuilder().setMethod("PATCH").setPath("/1/a").build()));
        assertEquals(before, node.told());
        assertEquals(before, node.restarted().told());
    }

    @Test
    void entriesOfOthersAreNotApplied() {
        TreeNode node = new TreeNode(0);
        InternalRaftRequest put = InternalRaftRequest.newBuilder().setPut(PutRequest.getDefaultInstance()).build();
        assertThrows(IllegalStateException.class, () -> node.node.within(context -> node.machine.apply(context, RequestKind.PUT, put)));
        assertEquals(Refusals.UNKNOWN_METHOD, assertThrows(RefusedException.class, () -> node.apply(
                Request.newBuilder().setMethod("WAIT").setPath("/1/a").build())).refusal());
    }

    /** With names that differ in their case alone, a name space of its own, and a node that expires. */
    private static TreeNode full() {
        TreeNode node = new TreeNode(3);
        node.put("/1/a/file", "text");
        node.put("/1/A/x", "other");
        node.put("/1/a-b", "between");
        node.put("/1/ttl", "t", 2_000_000_000_123_456_000L);
        node.put("/2/users/bob", "{}");
        node.apply(Request.newBuilder().setMethod("DELETE").setPath("/1/nothing").build());
        assertEquals(8, node.machine.index());
        return node;
    }

    private static List<String> keys(TreeNode node) {
        List<String> keys = new ArrayList<>();
        node.node.saved().scan(Bucket.TENON_V2, new byte[0], new byte[0], (key, value) -> keys.add(new String(key, StandardCharsets.UTF_8)));
        return keys;
    }
}
