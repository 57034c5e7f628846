package io.tenon.raft.quorum;

import java.util.TreeSet;

/**
 * Two majorities that must both agree (thesis section 4.3). Outside a change {@code outgoing} is empty, which agrees with everything.
 */
public record Joint(Majority incoming, Majority outgoing) {

    public boolean contains(long id) {
        return incoming.contains(id) || outgoing.contains(id);
    }

    /** All voters of both halves, ascending. */
    public Majority union() {
        if (outgoing.isEmpty()) {
            return incoming;
        }
        var all = new TreeSet<>(incoming.ids());
        all.addAll(outgoing.ids());
        return Majority.of(all);
    }

    public long committedIndex(AckedIndexes acked) {
        long first = incoming.committedIndex(acked);
        return outgoing.isEmpty() ? first : Math.min(first, outgoing.committedIndex(acked));
    }

    public VoteResult result(Ballots ballots) {
        VoteResult first = incoming.result(ballots);
        VoteResult second = outgoing.result(ballots);
        if (first == second) {
            return first;
        }
        boolean lost = first == VoteResult.LOST || second == VoteResult.LOST;
        return lost ? VoteResult.LOST : VoteResult.PENDING;
    }

    /** The way etcd prints it: {@code (1 2)&&(1)}. */
    @Override
    public String toString() {
        return outgoing.isEmpty() ? incoming.toString() : incoming + "&&" + outgoing;
    }
}
