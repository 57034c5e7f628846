package io.tenon.api.loop;

/** What a loop is for. The thread plan maps roles to threads; loops of one thread are stepped in this order. */
public enum LoopRole {
    /** Consensus: never blocks. */
    RAFT,
    /** The log's writer: blocks in one sync per batch. */
    LOG,
    /** The only writer of replicated state in memory: never blocks. */
    APPLY,
    /** Matching of events and watchers: never blocks. */
    WATCH,
    /** The storage session's only writer: blocks in commits for up to hundreds of milliseconds, so it never shares a thread. */
    ENGINE
}
