package io.tenon.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.Flag.Standing;
import io.tenon.api.config.NodeConfig.Bootstrap.State;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FlagsTest {

    @Test
    void nothingGivenIsEtcdsDefaults() {
        var config = Flags.parse(Map.of());
        assertEquals("default", config.name());
        assertEquals(Path.of("default.etcd"), config.dataDirectory());
        assertEquals(Optional.empty(), config.walDirectory());
        assertEquals(List.of(URI.create("http://localhost:2379")), config.urls().listenClient());
        assertEquals(List.of(URI.create("http://localhost:2379")), config.urls().advertiseClient());
        assertEquals(List.of(URI.create("http://localhost:2380")), config.urls().listenPeer());
        assertEquals(Map.of("default", List.of(URI.create("http://localhost:2380"))), config.bootstrap().initialCluster());
        assertEquals(State.NEW, config.bootstrap().state());
        assertEquals("etcd-cluster", config.bootstrap().token());
        assertEquals(10, config.timing().electionTicks());
        assertEquals(new NodeConfig.Limits(128, 1_572_864, 4_294_967_295L, Duration.ofSeconds(5), Duration.ofHours(2),
                Duration.ofSeconds(20)), config.limits());
        assertEquals(new NodeConfig.Storage("mvstore", 2L << 30, 100_000, 5_000, Duration.ofMillis(100), 10_000,
                Runtime.getRuntime().maxMemory() / 8, true, 5, 5), config.storage());
        assertEquals(new NodeConfig.Compaction(Duration.ZERO, 0, 1_000, Duration.ofMillis(10)), config.compaction());
        assertEquals(new NodeConfig.LeaseOptions(false, false, Duration.ofMinutes(5)), config.leases());
        assertEquals(Duration.ofMinutes(10), config.watches().progressNotifyInterval());
        assertEquals(Compat.V3_5, config.compat());
    }

    /** One row for each served flag: a value, and what must become of it where. */
    @Test
    void everyServedFlagReachesItsPlace() {
        var places = new LinkedHashMap<String, Place>();
        memberPlaces(places);
        storagePlaces(places);
        otherPlaces(places);
        peerSecurityPlaces(places);
        var served = new TreeSet<String>();
        FlagTable.of(Compat.V3_5).values().stream().filter(flag -> flag.standing() == Standing.SERVED).forEach(flag -> served.add(flag.name()));
        assertEquals(served, new TreeSet<>(places.keySet()));
        places.forEach((name, place) -> {
            var given = new HashMap<String, String>(Map.of("advertise-client-urls", "http://localhost:2379"));
            given.put(name, place.value);
            assertEquals(place.expected, place.where.apply(Flags.parse(given)), name);
        });
    }

    private static void memberPlaces(Map<String, Place> places) {
        places.put("name", new Place("n1", config -> config.name(), "n1"));
        places.put("data-dir", new Place("/d", config -> config.dataDirectory(), Path.of("/d")));
        places.put("wal-dir", new Place("/w", config -> config.walDirectory(), Optional.of(Path.of("/w"))));
        places.put("snapshot-count", new Place("7", config -> config.storage().snapshotCount(), 7L));
        places.put("heartbeat-interval", new Place("50", config -> config.timing().heartbeat(), Duration.ofMillis(50)));
        places.put("election-timeout", new Place("700", config -> config.timing().election(), Duration.ofMillis(700)));
        places.put("listen-peer-urls", new Place("http://127.0.0.1:1", config -> config.urls().listenPeer(), urls("http://127.0.0.1:1")));
        places.put("listen-client-urls",
                new Place("http://[::1]:2,http://10.0.0.1:2", config -> config.urls().listenClient(), urls("http://10.0.0.1:2", "http://[::1]:2")));
        places.put("advertise-client-urls", new Place("http://a:3", config -> config.urls().advertiseClient(), urls("http://a:3")));
        places.put("initial-advertise-peer-urls",
                new Place("https://p_1:4", config -> config.urls().initialAdvertisePeer(), urls("https://p_1:4")));
        places.put("initial-cluster", new Place("b=http://b:2,a=http://a:1,b=http://b:1", config -> config.bootstrap().initialCluster(),
                Map.of("b", urls("http://b:1", "http://b:2"), "a", urls("http://a:1"))));
        places.put("initial-cluster-state", new Place("existing", config -> config.bootstrap().state(), State.EXISTING));
        places.put("initial-cluster-token", new Place("t", config -> config.bootstrap().token(), "t"));
    }

    private static void storagePlaces(Map<String, Place> places) {
        places.put("quota-backend-bytes", new Place("99", config -> config.storage().quotaBytes(), 99L));
        places.put("backend-batch-interval", new Place("5ms", config -> config.storage().batchInterval(), Duration.ofMillis(5)));
        places.put("backend-batch-limit", new Place("6", config -> config.storage().batchLimit(), 6));
        places.put("auto-compaction-mode", new Place("revision", config -> config.compaction(), Flags.parse(Map.of()).compaction()));
        places.put("auto-compaction-retention", new Place("2", config -> config.compaction().retentionPeriod(), Duration.ofHours(2)));
        places.put("experimental-compaction-batch-limit", new Place("8", config -> config.compaction().batchLimit(), 8));
        places.put("experimental-compaction-sleep-interval",
                new Place("1s", config -> config.compaction().sleepInterval(), Duration.ofSeconds(1)));
        places.put("experimental-corrupt-check-time",
                new Place("4h", config -> CorruptionChecks.of(config.flags()).period(), Duration.ofHours(4)));
        places.put("experimental-initial-corrupt-check", new Place("true", config -> CorruptionChecks.of(config.flags()).initial(), true));
        places.put("experimental-compact-hash-check-enabled",
                new Place("true", config -> CorruptionChecks.of(config.flags()).compactionPeriod(), Duration.ofMinutes(1)));
        places.put("experimental-compact-hash-check-time",
                new Place("5m", config -> config.flags().get("experimental-compact-hash-check-time"), "5m"));
        places.put("max-txn-ops", new Place("9", config -> config.limits().maxTxnOps(), 9));
        places.put("max-request-bytes", new Place("10", config -> config.limits().maxRequestBytes(), 10));
        places.put("max-concurrent-streams", new Place("11", config -> config.limits().maxConcurrentStreams(), 11L));
        places.put("grpc-keepalive-min-time", new Place("1m", config -> config.limits().keepaliveMinTime(), Duration.ofMinutes(1)));
        places.put("grpc-keepalive-interval", new Place("1h", config -> config.limits().keepaliveInterval(), Duration.ofHours(1)));
        places.put("grpc-keepalive-timeout", new Place("3s", config -> config.limits().keepaliveTimeout(), Duration.ofSeconds(3)));
        places.put("max-snapshots", new Place("1", config -> config.storage().maxSnapshots(), 1));
        places.put("max-wals", new Place("2", config -> config.storage().maxWals(), 2));
    }

    private static void otherPlaces(Map<String, Place> places) {
        places.put("experimental-snapshot-catchup-entries", new Place("12", config -> config.storage().snapshotCatchUpEntries(), 12L));
        places.put("experimental-enable-lease-checkpoint", new Place("true", config -> config.leases().checkpoint(), true));
        places.put("experimental-enable-lease-checkpoint-persist", new Place("false", config -> config.leases().checkpointPersist(), false));
        places.put("experimental-watch-progress-notify-interval",
                new Place("4s", config -> config.watches().progressNotifyInterval(), Duration.ofSeconds(4)));
        places.put("force-new-cluster", new Place("1", config -> BirthChoice.of(config.flags()).forceNewCluster(), true));
        places.put("discovery-srv", new Place("d.org", config -> BirthChoice.of(config.flags()).srvDomain(), "d.org"));
        places.put("discovery-srv-name", new Place("blue", config -> BirthChoice.of(config.flags()).srvSuffix(), "blue"));
        places.put("strict-reconfig-check", new Place("F", config -> MembershipChoice.of(config.flags()), new MembershipChoice(false, 1)));
        places.put("pre-vote", new Place("F", config -> ElectionChoice.of(config.flags()), new ElectionChoice(false)));
        places.put("force-new-cluster", new Place("true", config -> config.flags().get("force-new-cluster"), "true"));
        places.put("unsafe-no-fsync", new Place("true", config -> config.storage().sync(), false));
        places.put("tenon-compat", new Place("3.5", config -> config.compat(), Compat.V3_5));
        places.put("tenon-storage-engine", new Place("memory", config -> config.storage().engine(), "memory"));
        places.put("tenon-cache-bytes", new Place("13", config -> config.storage().cacheBytes(), 13L));
        places.put("log-level", new Place("warn", config -> LogChoice.of(config.flags()).level(), LogChoice.Level.WARN));
        places.put("logger", new Place("zap", config -> config.flags().get("logger"), "zap"));
        places.put("log-outputs",
                new Place("default,stdout,/x,stderr", config -> LogChoice.of(config.flags()).outputs(), List.of("stderr", "stdout", "/x")));
    }

    /** The transport over HTTP reads them as they were given. */
    private static void peerSecurityPlaces(Map<String, Place> places) {
        for (String name : List.of("peer-cert-file", "peer-key-file", "peer-client-cert-file", "peer-client-key-file", "peer-trusted-ca-file",
                "peer-cert-allowed-cn", "peer-cert-allowed-hostname", "peer-crl-file")) {
            places.put(name, new Place("/x", config -> config.flags().get(name), "/x"));
        }
        for (String name : List.of("peer-client-cert-auth", "peer-auto-tls", "experimental-peer-skip-client-san-verification")) {
            places.put(name, new Place("true", config -> config.flags().get(name), "true"));
        }
    }

    @Test
    void learnersAreCountedFrom36On() {
        assertEquals(new MembershipChoice(true, 3),
                MembershipChoice.of(Flags.parse(Map.of("tenon-compat", "3.6", "max-learners", "3")).flags()));
        assertThrows(BadFlagException.class, () -> Flags.parse(Map.of("max-learners", "3")));
    }

    @Test
    void discoveryIsAskedForFrom36On() {
        assertEquals(Optional.empty(), DiscoveryChoice.of(Flags.parse(Map.of("tenon-compat", "3.6")).flags()));
        var given = new HashMap<>(Map.of("tenon-compat", "3.6", "discovery-token", "t", "discovery-endpoints", "h:1,http://[::1]:2,https://i:3"));
        var choice = DiscoveryChoice.of(Flags.parse(given).flags()).orElseThrow();
        assertEquals(List.of(new DiscoveryChoice.Endpoint("", "h", 1), new DiscoveryChoice.Endpoint("http", "::1", 2),
                new DiscoveryChoice.Endpoint("https", "i", 3)), choice.endpoints());
        assertEquals("t", choice.token());
        assertEquals(new DiscoveryChoice.Times(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(6)),
                choice.times());
        assertEquals(new DiscoveryChoice.Tls(true, false, "", "", ""), choice.tls());
        assertEquals(Optional.empty(), choice.login());
        given.putAll(Map.of("discovery-dial-timeout", "1s", "discovery-request-timeout", "3s", "discovery-keepalive-time", "4s",
                "discovery-keepalive-timeout", "7s", "discovery-insecure-transport", "false", "discovery-insecure-skip-tls-verify", "true"));
        given.putAll(Map.of("discovery-cert", "/c", "discovery-key", "/k", "discovery-cacert", "/a", "discovery-user", "u:p"));
        var all = DiscoveryChoice.of(Flags.parse(given).flags()).orElseThrow();
        assertEquals(new DiscoveryChoice.Times(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(4), Duration.ofSeconds(7)),
                all.times());
        assertEquals(new DiscoveryChoice.Tls(false, true, "/c", "/k", "/a"), all.tls());
        assertEquals(Optional.of(new DiscoveryChoice.Login("u", "p")), all.login());
        given.put("discovery-password", "q");
        assertEquals(Optional.of(new DiscoveryChoice.Login("u:p", "q")), DiscoveryChoice.of(Flags.parse(given).flags()).orElseThrow().login());
        assertFalse(all.toString().contains("password=p"), all.toString());
        assertThrows(BadFlagException.class, () -> Flags.parse(Map.of("discovery-token", "t")));
    }

    @Test
    void discoveryThatCannotBeIsRefused() {
        for (Map<String, String> wrong : List.of(Map.of("discovery-token", "t"), Map.of("discovery-endpoints", "h:1"),
                Map.of("discovery-token", "t", "discovery-endpoints", "h"), Map.of("discovery-token", "t", "discovery-endpoints", "ftp://h:1"),
                Map.of("discovery-token", "t", "discovery-endpoints", "h:x"), Map.of("discovery-token", "t", "discovery-endpoints", "h:99999"),
                Map.of("discovery-token", "t", "discovery-endpoints", "h:1", "discovery-request-timeout", "0s"),
                Map.of("discovery-token", "t", "discovery-endpoints", "h:1", "discovery-dial-timeout", "-1s"),
                Map.of("discovery-token", "t", "discovery-endpoints", "h:1", "discovery-cert", "/c"))) {
            var given = new HashMap<>(wrong);
            given.put("tenon-compat", "3.6");
            assertThrows(BadFlagException.class, () -> Flags.parse(given), wrong::toString);
        }
    }

    @Test
    void resultReadAgainIsEqual() {
        for (String compat : List.of("3.5", "3.6", "3.7")) {
            for (var given : List.of(Map.of("tenon-compat", compat), Map.of("tenon-compat", compat, "name", "n1", "pre-vote", "true",
                    "initial-advertise-peer-urls", "http://h:1,http://g:2", "auto-compaction-retention", "5m"))) {
                var once = Flags.parse(given);
                assertEquals(once, Flags.parse(once.flags()));
                assertTrue(Flags.names().containsAll(once.flags().keySet()));
            }
        }
    }

    @Test
    void clusterAndDirectoryFollowTheNameAndTheAdvertisedUrls() {
        var config = Flags.parse(Map.of("name", "n1", "initial-advertise-peer-urls", "http://h:2,http://h:1"));
        assertEquals(Map.of("n1", urls("http://h:1", "http://h:2")), config.bootstrap().initialCluster());
        assertEquals("n1=http://h:1,n1=http://h:2", config.flags().get("initial-cluster"));
        assertEquals(Path.of("n1.etcd"), config.dataDirectory());
    }

    @Test
    void membersKeepTheOrderTheyWereGivenIn() {
        var config = Flags.parse(Map.of("initial-cluster", "c=http://c:1,a=http://a:1,b=http://b:1"));
        assertEquals(List.of("c", "a", "b"), List.copyOf(config.bootstrap().initialCluster().keySet()));
    }

    @Test
    void versionDecidesNamesAndDefaults() {
        assertEquals(10_000, Flags.parse(Map.of("tenon-compat", "3.6")).storage().snapshotCount());
        var both = Map.of("tenon-compat", "3.6", "experimental-compaction-batch-limit", "5");
        assertEquals(5, Flags.parse(both).compaction().batchLimit());
        assertEquals("5", Flags.parse(both).flags().get("compaction-batch-limit"));
        assertEquals(6, Flags.parse(Map.of("tenon-compat", "3.7", "compaction-batch-limit", "6")).compaction().batchLimit());
        assertTrue(Flags.parse(Map.of("tenon-compat", "3.7", "feature-gates", "LeaseCheckpoint=true")).leases().checkpoint());
        assertFalse(Flags.parse(Map.of("tenon-compat", "3.7")).leases().checkpoint());
    }

    @Test
    void comparisonsOfMembersAreOffUnlessTheirVersionsWayAsksForThem() {
        for (String compat : List.of("3.5", "3.6", "3.7")) {
            assertEquals(new CorruptionChecks(false, Duration.ZERO, Duration.ZERO), checks(Map.of("tenon-compat", compat)));
        }
        assertEquals(new CorruptionChecks(false, Duration.ZERO, Duration.ofMinutes(5)),
                checks(Map.of("experimental-compact-hash-check-enabled", "true", "experimental-compact-hash-check-time", "5m")));
        assertEquals(new CorruptionChecks(true, Duration.ofHours(1), Duration.ZERO), checks(Map.of("tenon-compat", "3.6",
                "experimental-initial-corrupt-check", "true", "corrupt-check-time", "1h", "compact-hash-check-time", "5m")));
        assertEquals(new CorruptionChecks(true, Duration.ZERO, Duration.ofMinutes(5)), checks(Map.of("tenon-compat", "3.7", "feature-gates",
                "InitialCorruptCheck=true,CompactHashCheck=true", "compact-hash-check-time", "5m")));
    }

    private static CorruptionChecks checks(Map<String, String> given) {
        return CorruptionChecks.of(Flags.parse(given).flags());
    }

    @Test
    void quotaZeroIsTwoGibibytesAndNegativeIsNone() {
        assertEquals(2L << 30, Flags.parse(Map.of("quota-backend-bytes", "0")).storage().quotaBytes());
        assertEquals(Long.MAX_VALUE, Flags.parse(Map.of("quota-backend-bytes", "-1")).storage().quotaBytes());
    }

    @Test
    void retentionIsHoursOrADurationOrRevisions() {
        assertEquals(Duration.ofMinutes(90), Flags.parse(Map.of("auto-compaction-retention", "1h30m")).compaction().retentionPeriod());
        var revisions = Flags.parse(Map.of("auto-compaction-mode", "revision", "auto-compaction-retention", "1000")).compaction();
        assertEquals(Duration.ZERO, revisions.retentionPeriod());
        assertEquals(1000, revisions.retentionRevisions());
    }

    @Test
    void unservedFlagIsAcceptedAtItsDefaultInAnyNotation() {
        var config = Flags.parse(Map.of("enable-grpc-gateway", "T", "bcrypt-cost", "0xa", "raft-read-timeout", "5000ms", "cert-file", ""));
        assertEquals("true", config.flags().get("enable-grpc-gateway"));
    }

    @Test
    void legacyFlagsAreIgnored() {
        assertEquals(Flags.parse(Map.of()), Flags.parse(Map.of("snapshot", "5", "peer-heartbeat-interval", "x")));
    }

    private static List<URI> urls(String... urls) {
        return List.of(urls).stream().map(URI::create).toList();
    }

    private record Place(String value, Function<NodeConfig, Object> where, Object expected) {
    }
}
