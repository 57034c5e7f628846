package io.tenon.raft.core;

/** What became of an input. Only proposals, read requests and messages can be refused; a refused input has changed nothing. */
public enum StepResult {
    TAKEN,
    /** No leader is known, or this leader is no longer a member. */
    NO_LEADER,
    /** The leader is handing over. */
    TRANSFERRING,
    /** Too many bytes wait for commit. */
    TOO_MUCH_UNCOMMITTED,
    /** An answer from someone who is not a member. */
    UNKNOWN_PEER
}
