package io.tenon.runtime.node;

import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.consensus.CommitSink;
import java.util.List;
import java.util.Optional;

/** Between consensus and the node: commits go to the apply loop, the term into the headers. Refuses commits until the node knows consensus. */
final class StatusSink implements CommitSink {
    private final NodeParts parts;
    private volatile boolean started;

    StatusSink(NodeParts parts) {
        this.parts = parts;
    }

    void started(Consensus consensus) {
        Optional<Consensus> now = Optional.of(consensus);
        parts.consensus().set(now);
        parts.applyLoop().consensus(now);
        parts.pipeline().consensus(now);
        started = true;
        // What was refused until now is offered again.
        consensus.applied(parts.applyLoop().applied().index());
    }

    @Override
    public boolean committed(List<Entry> entries) {
        return started && parts.applyLoop().committed(entries);
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        parts.applyLoop().snapshot(snapshot);
    }

    @Override
    public void statusChanged(ConsensusStatus status) {
        parts.headers().term(status.term());
        parts.applyLoop().statusChanged(status);
    }
}
