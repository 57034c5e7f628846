package io.tenon.simulator.check;

import io.tenon.api.consensus.ConsensusStatus;

/** Within one life of a process neither its term nor its commit index goes back. Source: Raft, sections 5.1 and 5.3. */
public final class MonotonicTermsAndCommits implements Invariant {

    @Override
    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        if (now.term() < before.term() || now.commit() < before.commit()) {
            throw violated("member %x goes from term %d and commit %d to %d and %d".formatted(member, before.term(), before.commit(), now.term(),
                    now.commit()));
        }
    }
}
