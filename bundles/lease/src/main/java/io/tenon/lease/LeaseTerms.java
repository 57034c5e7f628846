package io.tenon.lease;

import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import java.time.Duration;

/**
 * The conditions of all leases, from the configuration.
 *
 * @param minTtlSeconds           a shorter lease is granted this long: an election must fit into it
 * @param electionNanos           what every lease gets on top when another member becomes leader
 * @param checkpointIntervalNanos how often the remaining time of a long lease is logged; {@link #NO_CHECKPOINTS} for never
 * @param checkpointPersist       whether that survives a restart
 */
record LeaseTerms(long minTtlSeconds, long electionNanos, long checkpointIntervalNanos, boolean checkpointPersist) {
    /** etcd's limit; in nanoseconds it fits into a long just so. */
    static final long MAX_TTL_SECONDS = 9_000_000_000L;
    static final long NO_CHECKPOINTS = Long.MAX_VALUE;
    static final long SECOND_NANOS = 1_000_000_000L;

    static LeaseTerms of(NodeConfig config) {
        Duration shortest = config.timing().heartbeat().multipliedBy(3L * config.timing().electionTicks() / 2);
        long minTtlSeconds = Math.ceilDiv(shortest.toNanos(), SECOND_NANOS);
        NodeConfig.LeaseOptions options = config.leases();
        // From 3.6 on a checkpoint always survives; before, members that do not know the field would lose it.
        boolean persist = options.checkpointPersist() || config.compat().atLeast(Compat.V3_6);
        return new LeaseTerms(Math.max(1, minTtlSeconds), config.timing().election().toNanos(),
                options.checkpoint() ? options.checkpointInterval().toNanos() : NO_CHECKPOINTS, persist);
    }

    boolean checkpoints() {
        return checkpointIntervalNanos != NO_CHECKPOINTS;
    }
}
