package io.tenon.simulator.check;

import io.tenon.api.consensus.ConsensusStatus;

/** A leader counts copies of entries of its own term alone; those before are committed with them. Source: Raft, section 5.4.2. */
public final class LeadersCommitTheirOwn implements Invariant {
    private final Cluster cluster;

    public LeadersCommitTheirOwn(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        boolean leadsOn = before.isLeader() && now.isLeader() && before.term() == now.term();
        LogModel log = cluster.member(member).log();
        // Its own log may be the last that takes the entry.
        if (leadsOn && now.commit() > before.commit() && now.commit() > log.base() && now.commit() <= log.last() && log.term(now.commit()) != now.term()) {
            throw violated("leader %x of term %d commits up to entry %d, which is of term %d".formatted(member, now.term(), now.commit(),
                    log.term(now.commit())));
        }
    }
}
