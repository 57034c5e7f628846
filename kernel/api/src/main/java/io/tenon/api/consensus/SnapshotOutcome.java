package io.tenon.api.consensus;

/** What became of a snapshot on its way to another member. */
public enum SnapshotOutcome {
    /** The member has received all of it. */
    DELIVERED,
    /** It did not arrive, or not whole. */
    FAILED
}
