package io.tenon.simulator.check;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import java.util.HashSet;
import java.util.Set;

/** A term is begun by a candidate and by nothing else; a poll does not move it. Source: Raft, section 5.2; thesis, section 9.6. */
public final class TermsBeginWithCandidates implements Invariant {
    private final Cluster cluster;
    private final Set<Long> begun = new HashSet<>();

    public TermsBeginWithCandidates(Cluster cluster) {
        this.cluster = cluster;
    }

    /** It may have been a candidate in the step that was its last. */
    @Override
    public void started(long member) {
        begun.add(cluster.member(member).durableState().term());
    }

    @Override
    public void sent(long member, Message message) {
        if (message.type() == MessageType.VOTE) {
            begun.add(message.term());
        }
    }

    @Override
    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        switch (now.role()) {
            case CANDIDATE, LEADER -> begun.add(now.term());
            case FOLLOWER, PRE_CANDIDATE -> {
                if (now.term() > before.term() && !begun.contains(now.term())) {
                    throw violated("member %x goes from term %d to %d, in which nobody was a candidate".formatted(member, before.term(), now.term()));
                }
            }
        }
    }
}
