package io.tenon.raft.quorum;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** A set of voters that decides by more than half. Immutable; ids ascending and distinct. */
public final class Majority {
    /** No voters: agrees with everything, so that a configuration that is not joint is joint with this. */
    public static final Majority EMPTY = new Majority(new long[0]);
    /** What the empty majority has committed. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    private final long[] ids;

    private Majority(long[] ids) {
        this.ids = ids;
    }

    public static Majority of(Collection<Long> ids) {
        return ids.isEmpty() ? EMPTY : new Majority(ids.stream().mapToLong(Long::longValue).sorted().distinct().toArray());
    }

    public int size() {
        return ids.length;
    }

    public boolean isEmpty() {
        return ids.length == 0;
    }

    public boolean contains(long id) {
        return Arrays.binarySearch(ids, id) >= 0;
    }

    /** The voters, ascending. */
    public List<Long> ids() {
        return Arrays.stream(ids).boxed().toList();
    }

    /** The highest index that more than half have acknowledged; {@link #UNBOUNDED} without voters. */
    public long committedIndex(AckedIndexes acked) {
        return switch (ids.length) {
            case 0 -> UNBOUNDED;
            case 1 -> acked.of(ids[0]);
            default -> middle(acked);
        };
    }

    private long middle(AckedIndexes acked) {
        long[] indexes = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            indexes[i] = acked.of(ids[i]);
        }
        Arrays.sort(indexes);
        // A quorum is the upper part from here on; its lowest member is what all of it has.
        return indexes[ids.length - quorum()];
    }

    public VoteResult result(Ballots ballots) {
        if (ids.length == 0) {
            return VoteResult.WON;
        }
        int yes = 0;
        int missing = 0;
        for (long id : ids) {
            switch (ballots.of(id)) {
                case YES -> yes++;
                case MISSING -> missing++;
                case NO -> { }
            }
        }
        if (yes >= quorum()) {
            return VoteResult.WON;
        }
        return yes + missing >= quorum() ? VoteResult.PENDING : VoteResult.LOST;
    }

    private int quorum() {
        return ids.length / 2 + 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Majority majority && Arrays.equals(ids, majority.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    /** The way etcd prints it: {@code (1 2 3)}. */
    @Override
    public String toString() {
        var text = new StringBuilder("(");
        for (int i = 0; i < ids.length; i++) {
            text.append(i == 0 ? "" : " ").append(Long.toUnsignedString(ids[i]));
        }
        return text.append(')').toString();
    }
}
