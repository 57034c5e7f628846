package io.tenon.api.consensus;

/**
 * What a member may never forget.
 *
 * @param vote the candidate voted for in this term, 0 for none
 */
public record HardState(long term, long vote, long commit) {
    public static final HardState EMPTY = new HardState(0, 0, 0);

    /** True when going from {@code before} to this needs a sync before anything that follows from it is said to others. */
    public boolean mustSyncAfter(HardState before) {
        return term != before.term || vote != before.vote;
    }
}
