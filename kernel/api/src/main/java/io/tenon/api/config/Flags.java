package io.tenon.api.config;

import io.tenon.api.config.FlagKind.Malformed;
import io.tenon.api.config.NodeConfig.Bootstrap;
import io.tenon.api.config.NodeConfig.LeaseOptions;
import io.tenon.api.config.NodeConfig.Limits;
import io.tenon.api.config.NodeConfig.Storage;
import io.tenon.api.config.NodeConfig.Timing;
import io.tenon.api.config.NodeConfig.Urls;
import io.tenon.api.config.NodeConfig.WatchOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From flags to a {@link NodeConfig}. Pure: reads nothing but its argument and the size of the heap, and touches nothing. Reading the
 * {@link NodeConfig#flags()} of a result gives an equal result.
 */
public final class Flags {

    /** Prefix of the framework properties in which the launcher hands the flags to the bundles, one for each of {@link NodeConfig#flags()}. */
    public static final String PROPERTY_PREFIX = "tenon.flag.";

    private static final long DEFAULT_QUOTA_BYTES = 2L << 30;
    private static final Duration DEFAULT_BATCH_INTERVAL = Duration.ofMillis(100);
    private static final int DEFAULT_BATCH_LIMIT = 10_000;
    private static final int DEFAULT_COMPACTION_BATCH_LIMIT = 1_000;
    private static final int HEAP_PARTS_PER_CACHE = 8;
    private static final Duration LEASE_CHECKPOINT_INTERVAL = Duration.ofMinutes(5);

    private Flags() {
    }

    /**
     * Reads and checks all flags, each by itself and together. What only matters for a new data directory is left to
     * {@link BootstrapCheck}.
     *
     * @param given values by name without dashes; those absent get their defaults
     * @throws BadFlagException with etcd's text where etcd has one
     */
    public static NodeConfig parse(Map<String, String> given) {
        Compat compat = compat(given);
        FlagValues values = FlagValues.read(given, compat);
        String name = values.text("name");
        LogChoice.of(values.text("logger"), values.text("log-level"), values.text("log-outputs"));
        Urls urls = urls(values);
        Timing timing = timing(values);
        requireAdvertisedClients(values);
        CorruptionChecks.check(values);
        String dataDirectory = values.text("data-dir").isEmpty() ? name + ".etcd" : values.text("data-dir");
        String cluster = values.text("initial-cluster").isEmpty() ? UrlList.format(name, urls.initialAdvertisePeer())
                : values.text("initial-cluster");
        Map<String, String> all = values.complete(Map.of("data-dir", dataDirectory, "initial-cluster", cluster));
        DiscoveryChoice.of(all);
        String walDirectory = values.text("wal-dir");
        return new NodeConfig(name, Path.of(dataDirectory), walDirectory.isEmpty() ? Optional.empty() : Optional.of(Path.of(walDirectory)),
                urls, bootstrap(values, cluster), timing, limits(values), storage(values), CompactionFlags.parse(values), leases(values, compat),
                new WatchOptions(values.duration("watch-progress-notify-interval")), compat, Collections.unmodifiableMap(all));
    }

    /** The names that {@link NodeConfig#flags()} can have, of all versions of etcd: what to look for among framework properties. */
    public static Set<String> names() {
        return FlagTable.configuring();
    }

    /** The value of {@code --tenon-compat}, which decides what the other flags are. */
    public static Compat compat(Map<String, String> given) {
        String version = given.getOrDefault("tenon-compat", "3.5");
        return switch (version) {
            case "3.5" -> Compat.V3_5;
            case "3.6" -> Compat.V3_6;
            case "3.7" -> Compat.V3_7;
            default -> throw BadFlagException.refused("--tenon-compat must be 3.5, 3.6 or 3.7 (set to " + version + ")");
        };
    }

    private static Urls urls(FlagValues values) {
        var urls = new Urls(values.urls("listen-client-urls"), values.urls("advertise-client-urls"), values.urls("listen-peer-urls"),
                values.urls("initial-advertise-peer-urls"));
        UrlList.checkBindable(urls.listenPeer());
        UrlList.checkBindable(urls.listenClient());
        UrlList.checkHasHost("initial-advertise-peer-urls", urls.initialAdvertisePeer());
        UrlList.checkHasHost("advertise-client-urls", urls.advertiseClient());
        checkCleartext("listen-client-urls", urls.listenClient());
        checkNetwork("listen-peer-urls", urls.listenPeer());
        return urls;
    }

    /** Neither TLS nor socket files for clients yet: to open something else instead would be worse than to refuse. */
    private static void checkCleartext(String flag, List<URI> urls) {
        for (URI url : urls) {
            if (!url.getScheme().equals("http")) {
                throw BadFlagException.refused("--" + flag + "=" + url + " is not available in this version of Tenon (only http)");
            }
        }
    }

    /** No socket files between members. */
    private static void checkNetwork(String flag, List<URI> urls) {
        for (URI url : urls) {
            if (!url.getScheme().startsWith("http")) {
                throw BadFlagException.refused("--" + flag + "=" + url + " is not available in this version of Tenon (only http and https)");
            }
        }
    }

    private static Timing timing(FlagValues values) {
        long heartbeatMillis = values.number("heartbeat-interval");
        long electionMillis = values.number("election-timeout");
        requirePositive("heartbeat-interval", heartbeatMillis);
        requirePositive("election-timeout", electionMillis);
        if (electionMillis / 5 < heartbeatMillis) {
            throw BadFlagException.refused(String.format(Locale.ROOT,
                    "--election-timeout[%dms] should be at least as 5 times as --heartbeat-interval[%dms]", electionMillis, heartbeatMillis));
        }
        if (electionMillis > 50_000) {
            throw BadFlagException.refused("--election-timeout[" + electionMillis + "ms] is too long, and should be set less than 50000ms");
        }
        return new Timing(Duration.ofMillis(heartbeatMillis), Duration.ofMillis(electionMillis));
    }

    private static void requirePositive(String flag, long millis) {
        if (millis == 0) {
            throw BadFlagException.refused("--" + flag + " must be >0 (set to 0ms)");
        }
    }

    private static void requireAdvertisedClients(FlagValues values) {
        if (values.isGiven("listen-client-urls") && !values.isGiven("advertise-client-urls")) {
            throw BadFlagException.refused("--advertise-client-urls is required when --listen-client-urls is set explicitly");
        }
    }

    private static Bootstrap bootstrap(FlagValues values, String cluster) {
        var state = values.text("initial-cluster-state").equals("new") ? Bootstrap.State.NEW : Bootstrap.State.EXISTING;
        try {
            return new Bootstrap(UrlList.parseCluster(cluster), state, values.text("initial-cluster-token"));
        } catch (Malformed e) {
            throw BadFlagException.refused("error setting up initial cluster: " + e.getMessage());
        }
    }

    private static Limits limits(FlagValues values) {
        return new Limits(values.count("max-txn-ops"), values.count("max-request-bytes"), values.number("max-concurrent-streams"),
                values.duration("grpc-keepalive-min-time"), values.duration("grpc-keepalive-interval"),
                values.duration("grpc-keepalive-timeout"));
    }

    private static Storage storage(FlagValues values) {
        long quotaBytes = values.number("quota-backend-bytes");
        Duration batchInterval = values.duration("backend-batch-interval");
        int batchLimit = values.count("backend-batch-limit");
        long cacheBytes = values.number("tenon-cache-bytes");
        return new Storage(values.text("tenon-storage-engine"),
                quotaBytes == 0 ? DEFAULT_QUOTA_BYTES : quotaBytes < 0 ? Long.MAX_VALUE : quotaBytes,
                values.number("snapshot-count"), values.number("snapshot-catchup-entries"),
                batchInterval.isZero() ? DEFAULT_BATCH_INTERVAL : batchInterval, batchLimit <= 0 ? DEFAULT_BATCH_LIMIT : batchLimit,
                cacheBytes <= 0 ? Runtime.getRuntime().maxMemory() / HEAP_PARTS_PER_CACHE : cacheBytes,
                !values.bool("unsafe-no-fsync"), values.count("max-snapshots"), values.count("max-wals"));
    }

    private static LeaseOptions leases(FlagValues values, Compat compat) {
        Map<String, Boolean> gates = FeatureGates.parse(values, compat);
        boolean checkpoint = values.bool("enable-lease-checkpoint") || gates.getOrDefault(FeatureGates.LEASE_CHECKPOINT, false);
        boolean persist = values.bool("enable-lease-checkpoint-persist")
                || gates.getOrDefault(FeatureGates.LEASE_CHECKPOINT_PERSIST, false);
        if (persist && !checkpoint) {
            throw BadFlagException.refused(
                    "setting experimental-enable-lease-checkpoint-persist requires experimental-enable-lease-checkpoint");
        }
        return new LeaseOptions(checkpoint, persist, LEASE_CHECKPOINT_INTERVAL);
    }

    static int compactionBatchLimit(FlagValues values) {
        int limit = values.count("compaction-batch-limit");
        return limit <= 0 ? DEFAULT_COMPACTION_BATCH_LIMIT : limit;
    }
}
