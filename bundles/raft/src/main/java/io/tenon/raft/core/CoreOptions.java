package io.tenon.raft.core;

import java.util.Set;

/**
 * What a core is told once.
 *
 * @param electionTicks  a follower waits from this to twice this many ticks, drawn anew at each change of role
 * @param heartbeatTicks between two heartbeats of a leader
 * @param seed           of the drawn timeouts
 */
public record CoreOptions(long id, int electionTicks, int heartbeatTicks, long seed, Limits limits, Set<Behaviour> behaviours) {

    /**
     * Limits in bytes and messages.
     *
     * @param appendBytes      encoded entries in one append; one entry always fits
     * @param inflightMessages unanswered appends to one peer
     * @param inflightBytes    of their payloads; 0 for no limit
     * @param applyingBytes    encoded entries that are handed out and not yet applied; one entry always fits
     * @param uncommittedBytes payload that a leader has taken and not yet seen applied; the first proposal always fits
     * @param cacheBytes       committed entries kept in memory for slow peers
     * @param aloneCacheBytes  the same in a member that has no peers
     */
    public record Limits(long appendBytes, int inflightMessages, long inflightBytes, long applyingBytes, long uncommittedBytes,
                         long cacheBytes, long aloneCacheBytes) {
    }

    public CoreOptions {
        if (id == 0 || heartbeatTicks <= 0 || electionTicks <= heartbeatTicks) {
            throw new IllegalArgumentException("member " + id + " with election after " + electionTicks + " and heartbeat after "
                    + heartbeatTicks + " ticks");
        }
        behaviours = Set.copyOf(behaviours);
    }

    boolean has(Behaviour behaviour) {
        return behaviours.contains(behaviour);
    }
}
