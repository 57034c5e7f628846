package io.tenon.v2store;

import com.google.protobuf.ByteString;
import io.tenon.api.config.Compat;
import io.tenon.testkit.state.HandProposals;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.Request;

/** A v2 machine on a node in memory. */
final class TreeNode {
    static final long NOW_NANOS = 1_800_000_000_000_000_000L;

    final HandProposals proposals = new HandProposals();
    final V2StoreMachine machine = new V2StoreMachine(proposals, Compat.V3_5, () -> NOW_NANOS);
    final StateNode node;

    TreeNode(MemoryTables tables) {
        node = StateNode.start(tables, machine);
        proposals.connect(node);
    }

    /** A fresh tree, after so many changes of the membership. */
    TreeNode(int mirrored) {
        this(new MemoryTables());
        node.within(context -> machine.mirrored(context, mirrored));
    }

    Object apply(Request request) {
        return node.apply(InternalRaftRequest.newBuilder().setV2(request).build());
    }

    Object put(String path, String value) {
        return apply(Request.newBuilder().setMethod("PUT").setPath(path).setVal(value).build());
    }

    Object put(String path, String value, long expireNanos) {
        return apply(Request.newBuilder().setMethod("PUT").setPath(path).setVal(value).setExpiration(expireNanos).build());
    }

    void takeSnapshot(String json) {
        node.within(context -> machine.restoreFromSnapshot(context, ByteString.copyFromUtf8(json)));
    }

    TreeNode restarted() {
        return new TreeNode(node.saved());
    }

    /** What a snapshot says of the tree, with its index. */
    String told() {
        return machine.index() + " " + machine.snapshotNodes();
    }
}
