package io.tenon.raft.quorum;

/** What the votes that have arrived decide. */
public enum VoteResult {
    /** Missing votes can still turn it either way. */
    PENDING,
    /** A quorum said no, or so many did that no quorum of yes is left. */
    LOST,
    /** A quorum said yes. */
    WON
}
