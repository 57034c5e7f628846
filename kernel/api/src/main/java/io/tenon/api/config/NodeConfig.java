package io.tenon.api.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a node is started with, validated together. Provided by the kernel as a service; it never changes while the node runs.
 *
 * @param name           {@code --name}
 * @param dataDirectory  {@code --data-dir}
 * @param walDirectory   {@code --wal-dir}
 * @param flags          every flag as it was given or defaulted, by name without dashes
 */
public record NodeConfig(String name, Path dataDirectory, Optional<Path> walDirectory, Urls urls, Bootstrap bootstrap, Timing timing,
                         Limits limits, Storage storage, Compaction compaction, LeaseOptions leases, WatchOptions watches, Compat compat,
                         Map<String, String> flags) {

    /** Where this node listens and what it tells others. */
    public record Urls(List<URI> listenClient, List<URI> advertiseClient, List<URI> listenPeer, List<URI> initialAdvertisePeer) {
    }

    /**
     * How a new data directory is made.
     *
     * @param initialCluster member name to its peer URLs, in the order given
     */
    public record Bootstrap(Map<String, List<URI>> initialCluster, State state, String token) {

        /** {@code --initial-cluster-state}. */
        public enum State { NEW, EXISTING }
    }

    /** Raft's clock; a tick is one heartbeat. */
    public record Timing(Duration heartbeat, Duration election) {

        public int electionTicks() {
            return (int) (election.toMillis() / heartbeat.toMillis());
        }

        /** How long a proposal or a linearizable read may take: 5 s and two election timeouts. */
        public Duration requestTimeout() {
            return Duration.ofSeconds(5).plus(election.multipliedBy(2));
        }
    }

    /** @param maxConcurrentStreams of one client connection */
    public record Limits(int maxTxnOps, int maxRequestBytes, long maxConcurrentStreams, Duration keepaliveMinTime,
                         Duration keepaliveInterval, Duration keepaliveTimeout) {
    }

    /**
     * @param engine        id of the storage engine that a new data directory is made with
     * @param quotaBytes    {@link Long#MAX_VALUE} for no quota
     * @param snapshotCount applied entries between Raft snapshots
     * @param cacheBytes    the engine's page cache
     * @param sync          false only for {@code --unsafe-no-fsync}
     */
    public record Storage(String engine, long quotaBytes, long snapshotCount, long snapshotCatchUpEntries, Duration batchInterval,
                          int batchLimit, long cacheBytes, boolean sync, int maxSnapshots, int maxWals) {
    }

    /**
     * {@code --auto-compaction-*} and the pace of physical compaction.
     *
     * @param retentionPeriod    zero when off or in revision mode
     * @param retentionRevisions zero when off or in periodic mode
     */
    public record Compaction(Duration retentionPeriod, long retentionRevisions, int batchLimit, Duration sleepInterval) {
    }

    /** @param checkpointPersist keep remaining times over restarts */
    public record LeaseOptions(boolean checkpoint, boolean checkpointPersist, Duration checkpointInterval) {
    }

    public record WatchOptions(Duration progressNotifyInterval) {
    }
}
