package io.tenon.members;

import io.tenon.api.Reply;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.proposal.Proposals;
import io.tenon.runtime.node.NodeParts;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.concurrent.atomic.AtomicReference;

/** The way of requests into a node that is being made. */
final class Asking implements Proposals {
    final AtomicReference<NodeParts> node = new AtomicReference<>();

    @Override
    @SuppressWarnings("unchecked") // The answer's type follows from the request's body: the contract of Proposals.
    public <T> void propose(InternalRaftRequest request, Reply<T> reply) {
        node.get().pipeline().propose(request, (Reply<Object>) reply);
    }

    @Override
    @SuppressWarnings("unchecked") // As above.
    public <T> void proposeWhileLeading(InternalRaftRequest request, Reply<T> reply) {
        node.get().pipeline().propose(request, node.get().applyLoop().ledTerm(), (Reply<Object>) reply);
    }

    @Override
    public void awaitLinearizable(Reply<Long> reply) {
        node.get().applyLoop().awaitLinearizable(reply);
    }

    @Override
    public boolean onApplyLoop(Runnable work) {
        return node.get().applyLoop().run(work);
    }

    @Override
    public ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    @Override
    public long leader() {
        return node.get().consensus().get().map(Consensus::status).map(status -> status.leader()).orElse(0L);
    }

    @Override
    public long nextId() {
        return node.get().pipeline().nextId();
    }
}
