package io.tenon.simulator.check;

import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;
import java.util.HashMap;
import java.util.Map;

/** A member votes once in a term, for all its lives, and never goes back to an earlier term. Source: Raft, section 5.2. */
public final class VotesNeverTakenBack implements Invariant {
    private final Cluster cluster;
    private final Map<Long, Said> said = new HashMap<>();

    /** @param vote 0 when nothing was said about it in this term */
    private record Said(long term, long vote) {
    }

    public VotesNeverTakenBack(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void sent(long member, Message message) {
        switch (message.type()) {
            case VOTE -> says(member, message.term(), member);
            case VOTE_RESPONSE -> says(member, message.term(), message.reject() ? 0 : message.to());
            case APPEND_RESPONSE, APPEND -> says(member, message.term(), 0);
            case PROPOSE, SNAPSHOT, HEARTBEAT, HEARTBEAT_RESPONSE, TRANSFER_LEADER, TIMEOUT_NOW, READ_INDEX, READ_INDEX_RESPONSE, PRE_VOTE,
                 PRE_VOTE_RESPONSE -> { }
        }
    }

    private void says(long member, long term, long vote) {
        Said before = said.getOrDefault(member, new Said(0, 0));
        if (term > before.term) {
            said.put(member, new Said(term, vote));
        } else if (term == before.term && vote != 0) {
            if (before.vote != 0 && before.vote != vote) {
                throw violated("member %x votes for %x in term %d and voted for %x".formatted(member, vote, term, before.vote));
            }
            said.put(member, new Said(term, vote));
        }
    }

    @Override
    public void started(long member) {
        Said before = said.getOrDefault(member, new Said(0, 0));
        HardState now = cluster.member(member).durableState();
        if (now.term() < before.term || now.term() == before.term && before.vote != 0 && now.vote() != before.vote) {
            throw violated("member %x starts with term %d and vote %x, but had said term %d and vote %x".formatted(member, now.term(), now.vote(),
                    before.term, before.vote));
        }
    }
}
