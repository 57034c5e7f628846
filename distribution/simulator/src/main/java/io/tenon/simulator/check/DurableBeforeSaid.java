package io.tenon.simulator.check;

import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;

/** What a member promises to others, a vote or that it has an entry, is durable when the message leaves. Source: Raft, figure 2. */
public final class DurableBeforeSaid implements Invariant {
    private final Cluster cluster;

    public DurableBeforeSaid(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void sent(long member, Message message) {
        switch (message.type()) {
            case VOTE -> vote(member, message.term(), member);
            case VOTE_RESPONSE -> vote(member, message.term(), message.reject() ? 0 : message.to());
            case APPEND_RESPONSE -> append(member, message);
            case PROPOSE, APPEND, SNAPSHOT, HEARTBEAT, HEARTBEAT_RESPONSE, TRANSFER_LEADER, TIMEOUT_NOW, READ_INDEX, READ_INDEX_RESPONSE,
                 PRE_VOTE, PRE_VOTE_RESPONSE -> { }
        }
    }

    private void vote(long member, long term, long vote) {
        HardState durable = cluster.member(member).durableState();
        if (vote != 0 && (durable.term() < term || durable.term() == term && durable.vote() != vote)) {
            throw violated("member %x says that it votes for %x in term %d, but durable is %s".formatted(member, vote, term, durable));
        }
    }

    private void append(long member, Message message) {
        // An answer of an earlier term may leave after what it speaks of was overwritten in a later one; nobody can commit by it any more.
        boolean ofThisTerm = message.term() >= cluster.member(member).durableState().term();
        if (!ofThisTerm || message.reject()) {
            return;
        }
        LogModel durable = cluster.member(member).durable();
        if (message.index() > durable.last()) {
            throw violated("member %x says that it has entry %d, but durable are those up to %d".formatted(member, message.index(), durable.last()));
        }
        requireTheEntry(member, message, durable);
    }

    /** An older entry in the place of the one that is meant does not count; what a later term has put there meanwhile says nothing. */
    private void requireTheEntry(long member, Message message, LogModel durable) {
        LogModel log = cluster.member(member).log();
        long index = message.index();
        boolean known = index > log.base() && index <= log.last() && index > durable.base();
        if (known && log.term(index) <= message.term() && durable.term(index) != log.term(index)) {
            throw violated("member %x says in term %d that it has entry %d of term %d, but durable is one of term %d".formatted(member, message.term(),
                    index, log.term(index), durable.term(index)));
        }
    }
}
