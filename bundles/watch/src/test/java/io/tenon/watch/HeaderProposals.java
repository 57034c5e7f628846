package io.tenon.watch;

import io.tenon.api.Reply;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;

/** Headers, and nothing else. */
final class HeaderProposals implements Proposals {
    private final ResponseHeader ids;

    /** @param ids with the ids and the term that every header is to have */
    HeaderProposals(ResponseHeader ids) {
        this.ids = ids;
    }

    @Override
    public ResponseHeader header(long revision) {
        return ids.toBuilder().setRevision(revision).build();
    }

    @Override
    public <T> void propose(InternalRaftRequest request, Reply<T> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> void proposeWhileLeading(InternalRaftRequest request, Reply<T> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void awaitLinearizable(Reply<Long> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean onApplyLoop(Runnable work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long leader() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long nextId() {
        throw new UnsupportedOperationException();
    }
}
