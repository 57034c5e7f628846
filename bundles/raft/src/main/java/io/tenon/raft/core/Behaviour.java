package io.tenon.raft.core;

/** Ways in which a core may differ from the plain one; fixed for its life. */
public enum Behaviour {
    /** Committed entries are handed out only when they are durable here; without it, the outbox that asks to store them may hold them too. */
    HAND_OUT_DURABLE_ONLY,
    /** A leader that removed or demoted itself steps down when the change is applied. */
    STEP_DOWN_ON_REMOVAL,
    /** Configuration changes enter the log even if they do not fit the configuration of the moment. */
    NO_CONF_CHANGE_VALIDATION,
    /** Followers refuse proposals instead of sending them to the leader. */
    NO_PROPOSAL_FORWARDING,
    /**
     * A leader may answer reads without a round of heartbeats, but only while every election rule holds here and it asked nobody to take over;
     * else they take a round. It is safe only if the rules hold on every voter, which no member can see, and if clocks drift less than the lease.
     */
    LEASE_READS
}
