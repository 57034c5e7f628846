package io.tenon.spi.consensus;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Snapshot;
import java.util.List;

/** Where committed entries go. Called on the raft loop; returns at once. Provided by the kernel. */
public interface CommitSink {

    /**
     * Committed entries, in order and without a gap; each is durable on this member and on a quorum.
     *
     * @return false when the queue to the apply loop is full: nothing was taken, offer the same entries again after
     *         {@link io.tenon.api.consensus.Consensus#applied}
     */
    boolean committed(List<Entry> entries);

    /** A snapshot from the leader replaces the state; it is durable in the log's snapshot folder. */
    void snapshot(Snapshot snapshot);

    /** Role, leader or term changed. */
    void statusChanged(ConsensusStatus status);
}
