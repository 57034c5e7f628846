package io.tenon.raft.progress;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/** The progress of every member, by id. A lookup and a round over all cost no allocation. */
public final class ProgressMap {
    private static final ProgressMap EMPTY = new ProgressMap(new long[0], new Progress[0]);

    private final long[] ids;
    private final Progress[] progresses;

    private ProgressMap(long[] ids, Progress[] progresses) {
        this.ids = ids;
        this.progresses = progresses;
    }

    /** Receives one member and its progress. */
    @FunctionalInterface
    public interface Visitor {
        void visit(long id, Progress progress);
    }

    public static ProgressMap empty() {
        return EMPTY;
    }

    /**
     * The map for other members: who stays keeps what is known.
     *
     * @param members ascending
     * @param dropped members to begin anew with
     */
    public ProgressMap with(List<Long> members, Set<Long> dropped, LongFunction<Progress> create) {
        long[] newIds = members.stream().mapToLong(Long::longValue).toArray();
        var kept = new Progress[newIds.length];
        for (int i = 0; i < newIds.length; i++) {
            int old = dropped.contains(newIds[i]) ? -1 : Arrays.binarySearch(ids, newIds[i]);
            kept[i] = old >= 0 ? progresses[old] : create.apply(newIds[i]);
        }
        return new ProgressMap(newIds, kept);
    }

    public boolean contains(long id) {
        return Arrays.binarySearch(ids, id) >= 0;
    }

    public Optional<Progress> find(long id) {
        int place = Arrays.binarySearch(ids, id);
        return place < 0 ? Optional.empty() : Optional.of(progresses[place]);
    }

    /** How far a member has acknowledged; 0 for one that is not here. */
    public long match(long id) {
        int place = Arrays.binarySearch(ids, id);
        return place < 0 ? 0 : progresses[place].match();
    }

    /** Every member but one, ids ascending. */
    public void forEachBut(long self, Visitor visitor) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != self) {
                visitor.visit(ids[i], progresses[i]);
            }
        }
    }

    public void forEach(Visitor visitor) {
        for (int i = 0; i < ids.length; i++) {
            visitor.visit(ids[i], progresses[i]);
        }
    }
}
