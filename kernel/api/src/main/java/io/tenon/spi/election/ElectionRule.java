package io.tenon.spi.election;

/** The decisions of an election that an option may change. The protocol for each is in every member; only the choice is an option's. */
public enum ElectionRule {
    /** Ask for a poll before campaigning, so that a member that was cut off does not raise the term (PreVote). */
    POLL_BEFORE_CAMPAIGN,
    /** Ignore votes and polls while a leader is live (CheckQuorum's lease). */
    PROTECT_LIVE_LEADER,
    /** Answer a leader of an older term, so that it learns and steps down. */
    ANSWER_STALE_LEADER,
    /** A leader that has not heard of a quorum for an election timeout steps down (CheckQuorum). */
    RESIGN_WITHOUT_QUORUM
}
