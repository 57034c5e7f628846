package io.tenon.simulator.check;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.simulator.check.Cluster.Committed;

/** Whoever leads a term has every entry that was committed in an earlier one. Source: Raft, figure 3. */
public final class LeaderCompleteness implements Invariant {
    private final Cluster cluster;

    public LeaderCompleteness(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        if (!now.isLeader() || before.isLeader() && before.term() == now.term()) {
            return;
        }
        LogModel log = cluster.member(member).log();
        for (long index = log.base() + 1; index <= cluster.lastCommitted(); index++) {
            Committed committed = cluster.committedAt(index);
            if (committed.inTerm() < now.term() && !log.holds(index, committed.entry().term())) {
                throw violated("member %x leads term %d without entry %d of term %d, which was committed in term %d".formatted(member, now.term(),
                        index, committed.entry().term(), committed.inTerm()));
            }
        }
    }
}
