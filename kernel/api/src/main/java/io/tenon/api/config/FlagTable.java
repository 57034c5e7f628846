package io.tenon.api.config;

import static io.tenon.api.config.FlagKind.BOOL;
import static io.tenon.api.config.FlagKind.COMMA_LIST;
import static io.tenon.api.config.FlagKind.DURATION;
import static io.tenon.api.config.FlagKind.INT;
import static io.tenon.api.config.FlagKind.STATE;
import static io.tenon.api.config.FlagKind.TEXT;
import static io.tenon.api.config.FlagKind.UINT;
import static io.tenon.api.config.FlagKind.UINT32;
import static io.tenon.api.config.FlagKind.URLS;

import io.tenon.api.config.Flag.Group;
import io.tenon.api.config.Flag.Standing;
import io.tenon.api.config.Flag.Versions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every flag there is, as data: etcd's, what becomes of them here, and Tenon's own. A flag that etcd changed between versions has a
 * row for each.
 */
public final class FlagTable {

    /** Old names that etcd 3.6 keeps beside the new ones until 3.7. */
    static final String EXPERIMENTAL = "experimental-";

    private static final List<Flag> ROWS = new ArrayList<>();

    static {
        member();
        clustering();
        storage();
        security();
        monitoring();
        proxy();
        experimental();
        renamed();
        tenon();
        legacy();
    }

    private FlagTable() {
    }

    /** The flags of one etcd version by name, in the order of the help text. */
    public static Map<String, Flag> of(Compat compat) {
        var flags = new LinkedHashMap<String, Flag>();
        for (Flag row : ROWS) {
            if (row.versions().include(compat) && flags.put(row.name(), row) != null) {
                throw new IllegalStateException("flag " + row.name() + " has two rows for " + compat);
            }
        }
        return flags;
    }

    /** A flag by name, whichever version it is of; the command line is read before the version is known. */
    public static Optional<Flag> find(String name) {
        return ROWS.stream().filter(row -> row.name().equals(name)).findFirst();
    }

    /** Names of the flags that are part of a node's configuration, of all versions. */
    static Set<String> configuring() {
        return ROWS.stream().filter(row -> row.standing() != Standing.COMMAND && row.standing() != Standing.LEGACY).map(Flag::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void member() {
        served(Group.MEMBER, "name", TEXT, "default", "human-readable name of this member");
        served(Group.MEMBER, "data-dir", TEXT, "", "path to the data directory (default ${name}.etcd)");
        served(Group.MEMBER, "wal-dir", TEXT, "", "path to a dedicated WAL directory (default inside the data directory)");
        row(Group.MEMBER, "snapshot-count", UINT, "100000", "applied entries between snapshots of the log", Standing.SERVED, Versions.ONLY_3_5);
        row(Group.MEMBER, "snapshot-count", UINT, "10000", "applied entries between snapshots of the log", Standing.SERVED, Versions.FROM_3_6);
        served(Group.MEMBER, "heartbeat-interval", UINT, "100", "milliseconds between heartbeats");
        served(Group.MEMBER, "election-timeout", UINT, "1000", "milliseconds without a leader until an election");
        defaultOnly(Group.MEMBER, "initial-election-tick-advance", BOOL, "true", "fast-forward the first election timeout on start");
        served(Group.MEMBER, "listen-peer-urls", URLS, "http://localhost:2380", "URLs to listen on for peers");
        served(Group.MEMBER, "listen-client-urls", URLS, "http://localhost:2379", "URLs to listen on for clients, gRPC and HTTP");
        defaultOnly(Group.MEMBER, "listen-client-http-urls", TEXT, "", "URLs for HTTP alone; the client URLs then serve gRPC alone");
        served(Group.MEMBER, "max-snapshots", UINT, "5", "snapshot files to keep (0 keeps all)");
        served(Group.MEMBER, "max-wals", UINT, "5", "released WAL files to keep (0 keeps all)");
        defaultOnly(Group.MEMBER, "socket-reuse-port", BOOL, "false", "set SO_REUSEPORT on listeners");
        defaultOnly(Group.MEMBER, "socket-reuse-address", BOOL, "false", "set SO_REUSEADDR on listeners");
        defaultOnly(Group.MEMBER, "raft-read-timeout", DURATION, "5s", "read timeout of peer connections");
        defaultOnly(Group.MEMBER, "raft-write-timeout", DURATION, "5s", "write timeout of peer connections");
    }

    private static void clustering() {
        served(Group.CLUSTERING, "initial-advertise-peer-urls", URLS, "http://localhost:2380", "this member's peer URLs, told to the others");
        served(Group.CLUSTERING, "initial-cluster", TEXT, "", "first members as name=url,... (default ${name}=${initial-advertise-peer-urls})");
        served(Group.CLUSTERING, "initial-cluster-state", STATE, "new", "'new' for a new cluster, 'existing' to join one");
        served(Group.CLUSTERING, "initial-cluster-token", TEXT, "etcd-cluster", "token that keeps clusters apart");
        served(Group.CLUSTERING, "advertise-client-urls", URLS, "http://localhost:2379", "this member's client URLs, told to the others");
        row(Group.CLUSTERING, "discovery", TEXT, "", "discovery URL", Standing.DEFAULT_ONLY, Versions.UNTIL_3_6);
        row(Group.CLUSTERING, "discovery-fallback", TEXT, "proxy", "when discovery fails", Standing.DEFAULT_ONLY, Versions.ONLY_3_5);
        row(Group.CLUSTERING, "discovery-fallback", TEXT, "exit", "when discovery fails", Standing.DEFAULT_ONLY, Versions.FROM_3_6);
        row(Group.CLUSTERING, "discovery-proxy", TEXT, "", "HTTP proxy for discovery", Standing.DEFAULT_ONLY, Versions.UNTIL_3_6);
        served(Group.CLUSTERING, "discovery-srv", TEXT, "", "DNS domain to find the cluster in");
        served(Group.CLUSTERING, "discovery-srv-name", TEXT, "", "suffix of the SRV service name");
        discovery();
        served(Group.CLUSTERING, "strict-reconfig-check", BOOL, "true", "refuse membership changes that lose the quorum");
        row(Group.CLUSTERING, "max-learners", INT, "1", "most learners in the cluster", Standing.SERVED, Versions.FROM_3_6);
        served(Group.CLUSTERING, "pre-vote", BOOL, "true", "ask before campaigning, so that a member that returns does not unseat the leader");
        row(Group.CLUSTERING, "enable-v2", BOOL, "false", "serve the v2 API", Standing.DEFAULT_ONLY, Versions.ONLY_3_5);
        row(Group.CLUSTERING, "v2-deprecation", TEXT, "not-yet", "phase of the v2 store's end", Standing.DEFAULT_ONLY, Versions.ONLY_3_5);
        row(Group.CLUSTERING, "v2-deprecation", TEXT, "write-only", "phase of the v2 store's end", Standing.DEFAULT_ONLY, Versions.FROM_3_6);
    }

    /** v3 discovery. */
    private static void discovery() {
        from36("discovery-endpoints", COMMA_LIST, "", "where the etcd is in which members of a new cluster find one another; parted by commas");
        from36("discovery-token", TEXT, "", "which new cluster to become a member of");
        from36("discovery-dial-timeout", DURATION, "2s", "how long to wait for a connection to it");
        from36("discovery-request-timeout", DURATION, "5s", "how long to wait for an answer of it");
        from36("discovery-keepalive-time", DURATION, "2s", "how often to ping an idle connection to it");
        from36("discovery-keepalive-timeout", DURATION, "6s", "how long to wait for the answer to a ping");
        from36("discovery-insecure-transport", BOOL, "true", "connect in the clear where an endpoint does not say https");
        from36("discovery-insecure-skip-tls-verify", BOOL, "false", "believe any certificate of it");
        from36("discovery-cert", TEXT, "", "certificate to show it (PEM)");
        from36("discovery-key", TEXT, "", "its key");
        from36("discovery-cacert", TEXT, "", "authorities that vouch for it (PEM)");
        from36("discovery-user", TEXT, "", "user to log in as: name, or name:password");
        from36("discovery-password", TEXT, "", "password of that user");
    }

    private static void storage() {
        served(Group.STORAGE, "quota-backend-bytes", INT, "0", "size at which writes are refused (0: 2 GiB, negative: no quota)");
        served(Group.STORAGE, "backend-batch-interval", DURATION, "0s", "longest time between commits of the engine (0: 100ms)");
        served(Group.STORAGE, "backend-batch-limit", INT, "0", "most operations between commits of the engine (0: 10000)");
        row(Group.STORAGE, "backend-bbolt-freelist-type", TEXT, "map", "tunes bbolt alone", Standing.NO_EFFECT, Versions.ALL);
        served(Group.STORAGE, "auto-compaction-mode", TEXT, "periodic", "'periodic' or 'revision'");
        served(Group.STORAGE, "auto-compaction-retention", TEXT, "0", "how much history to keep: hours, a duration, or revisions (0: all)");
        served(Group.STORAGE, "max-txn-ops", UINT, "128", "most operations in a transaction");
        served(Group.STORAGE, "max-request-bytes", UINT, "1572864", "largest request");
        served(Group.STORAGE, "max-concurrent-streams", UINT32, "4294967295", "most HTTP/2 streams of one client connection");
        defaultOnly(Group.STORAGE, "enable-grpc-gateway", BOOL, "true", "serve JSON over HTTP");
        served(Group.STORAGE, "grpc-keepalive-min-time", DURATION, "5s", "shortest interval at which a client may ping");
        served(Group.STORAGE, "grpc-keepalive-interval", DURATION, "2h0m0s", "how often the server pings an idle connection (0: never)");
        served(Group.STORAGE, "grpc-keepalive-timeout", DURATION, "20s", "how long the server waits for the answer to a ping");
    }

    private static void security() {
        for (String name : List.of("cert-file", "key-file", "client-cert-file", "client-key-file", "client-crl-file",
                "client-cert-allowed-hostname", "trusted-ca-file", "cipher-suites", "tls-max-version")) {
            defaultOnly(Group.SECURITY, name, TEXT, "", "TLS");
        }
        for (String name : List.of("client-cert-auth", "auto-tls")) {
            defaultOnly(Group.SECURITY, name, BOOL, "false", "TLS");
        }
        peerSecurity();
        defaultOnly(Group.SECURITY, "self-signed-cert-validity", UINT, "1", "years that generated certificates hold");
        defaultOnly(Group.SECURITY, "tls-min-version", TEXT, "TLS1.2", "oldest TLS version");
        defaultOnly(Group.SECURITY, "cors", TEXT, "*", "allowed origins");
        defaultOnly(Group.SECURITY, "host-whitelist", TEXT, "*", "allowed host names of insecure HTTP requests");
        defaultOnly(Group.AUTH, "auth-token", TEXT, "simple", "kind of token");
        defaultOnly(Group.AUTH, "bcrypt-cost", UINT, "10", "cost of hashing a password");
        defaultOnly(Group.AUTH, "auth-token-ttl", UINT, "300", "seconds an idle simple token lives");
    }

    private static void peerSecurity() {
        served(Group.SECURITY, "peer-cert-file", TEXT, "", "certificate that this member shows its peers (PEM)");
        served(Group.SECURITY, "peer-key-file", TEXT, "", "its key");
        served(Group.SECURITY, "peer-client-cert-file", TEXT, "", "certificate that it shows when it connects, if that is another");
        served(Group.SECURITY, "peer-client-key-file", TEXT, "", "its key");
        served(Group.SECURITY, "peer-client-cert-auth", BOOL, "false", "peers have to show a certificate");
        served(Group.SECURITY, "peer-trusted-ca-file", TEXT, "", "authorities that vouch for peers (PEM)");
        served(Group.SECURITY, "peer-cert-allowed-cn", TEXT, "", "common names that certificates of peers may have");
        served(Group.SECURITY, "peer-cert-allowed-hostname", TEXT, "", "host names that certificates of peers may be for");
        served(Group.SECURITY, "peer-auto-tls", BOOL, "false", "encrypt between peers by certificates that members make themselves");
        served(Group.SECURITY, "peer-crl-file", TEXT, "", "revoked certificates");
    }

    private static void monitoring() {
        defaultOnly(Group.MONITORING, "listen-metrics-urls", TEXT, "", "further URLs for metrics and health");
        defaultOnly(Group.MONITORING, "enable-pprof", BOOL, "false", "runtime profiles");
        defaultOnly(Group.MONITORING, "metrics", TEXT, "basic", "'extensive' adds histograms");
        served(Group.LOGGING, "logger", TEXT, "zap", "only 'zap': one JSON object a line");
        served(Group.LOGGING, "log-outputs", COMMA_LIST, "default", "'default' or 'stderr', 'stdout', paths of files; parted by commas");
        served(Group.LOGGING, "log-level", TEXT, "info", "debug, info, warn, error, panic or fatal");
        defaultOnly(Group.LOGGING, "enable-log-rotation", BOOL, "false", "rotate the log file");
        defaultOnly(Group.LOGGING, "log-rotation-config-json", TEXT,
                "{\"maxsize\": 100, \"maxage\": 0, \"maxbackups\": 0, \"localtime\": false, \"compress\": false}", "how to rotate");
        row(Group.LOGGING, "log-format", TEXT, "json", "'json' or 'console'", Standing.DEFAULT_ONLY, Versions.FROM_3_6);
    }

    private static void proxy() {
        row(Group.PROXY, "proxy", TEXT, "off", "'off', 'readonly' or 'on'", Standing.DEFAULT_ONLY, Versions.ONLY_3_5);
        for (var time : Map.of("failure-wait", "5000", "refresh-interval", "30000", "dial-timeout", "1000", "write-timeout", "5000",
                "read-timeout", "0").entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
            row(Group.PROXY, "proxy-" + time.getKey(), UINT, time.getValue(), "milliseconds", Standing.DEFAULT_ONLY, Versions.ONLY_3_5);
        }
    }

    private static void experimental() {
        row(Group.EXPERIMENTAL, "experimental-initial-corrupt-check", BOOL, "false", "compare this member with the others before it serves",
                Standing.SERVED, Versions.UNTIL_3_6);
        renamed("corrupt-check-time", DURATION, "0s", "how often the leader compares all members; 0s: never");
        row(Group.EXPERIMENTAL, "experimental-compact-hash-check-enabled", BOOL, "false", "let the leader compare the hashes of compactions",
                Standing.SERVED, Versions.UNTIL_3_6);
        renamed("compact-hash-check-time", DURATION, "1m0s", "how often the leader compares the hashes of compactions, if it does");
        defaults("experimental-downgrade-check-time", DURATION, "5s");
        defaults("experimental-memory-mlock", BOOL, "false");
        defaults("experimental-warning-apply-duration", DURATION, "100ms");
        defaults("experimental-bootstrap-defrag-threshold-megabytes", UINT, "0");
        defaults("experimental-stop-grpc-service-on-defrag", BOOL, "false");
        defaults("experimental-enable-distributed-tracing", BOOL, "false");
        defaults("experimental-distributed-tracing-address", TEXT, "localhost:4317");
        defaults("experimental-distributed-tracing-service-name", TEXT, "etcd");
        defaults("experimental-distributed-tracing-instance-id", TEXT, "");
        defaults("experimental-distributed-tracing-sampling-rate", INT, "0");
        row(Group.EXPERIMENTAL, "experimental-enable-v2v3", TEXT, "", "v2 over v3", Standing.DEFAULT_ONLY, Versions.ONLY_3_5);
        row(Group.EXPERIMENTAL, "experimental-txn-mode-write-with-shared-buffer", BOOL, "true", "tunes bbolt alone", Standing.NO_EFFECT,
                Versions.UNTIL_3_6);
        row(Group.EXPERIMENTAL, "experimental-enable-lease-checkpoint", BOOL, "false", "tell all members how long leases have left",
                Standing.SERVED, Versions.UNTIL_3_6);
        row(Group.EXPERIMENTAL, "experimental-enable-lease-checkpoint-persist", BOOL, "false", "keep that over restarts", Standing.SERVED,
                Versions.UNTIL_3_6);
        served(Group.UNSAFE, "force-new-cluster", BOOL, "false", "make a new cluster of one from this data");
        served(Group.UNSAFE, "unsafe-no-fsync", BOOL, "false", "do not wait for the disk; will lose data");
    }

    /** Flags that lost their prefix in etcd 3.6. */
    private static void renamed() {
        renamed("peer-skip-client-san-verification", BOOL, "false", "peers may connect from anywhere, whatever their certificate is for");
        renamed("compaction-batch-limit", INT, "1000", "most revisions deleted in one step of a compaction");
        renamed("compaction-sleep-interval", DURATION, "10ms", "pause between the steps of a compaction");
        renamed("watch-progress-notify-interval", DURATION, "10m0s", "how often an idle watch hears of progress");
        renamed("snapshot-catchup-entries", UINT, "5000", "entries kept for slow followers after a snapshot of the log");
        row(Group.EXPERIMENTAL, "feature-gates", COMMA_LIST, "", "Name=true,... (LeaseCheckpoint, LeaseCheckpointPersist, "
                + "InitialCorruptCheck, CompactHashCheck)", Standing.SERVED, Versions.FROM_3_6);
    }

    private static void tenon() {
        served(Group.TENON, "tenon-compat", TEXT, "3.5", "which etcd to be: 3.5, 3.6 or 3.7");
        served(Group.TENON, "tenon-storage-engine", TEXT, "mvstore", "engine of a new data directory; an existing one keeps its own");
        served(Group.TENON, "tenon-cache-bytes", INT, "0", "page cache of the engine (0: an eighth of the heap)");
        row(Group.COMMAND, "config-file", TEXT, "", "not available in this version", Standing.COMMAND, Versions.ALL);
        row(Group.COMMAND, "version", BOOL, "false", "print the version and exit", Standing.COMMAND, Versions.ALL);
        row(Group.COMMAND, "help", BOOL, "false", "print this and exit", Standing.COMMAND, Versions.ALL);
    }

    private static void legacy() {
        for (String name : List.of("cluster-active-size", "cluster-remove-delay", "cluster-sync-interval", "config", "force",
                "max-result-buffer", "max-retry-attempts", "peer-heartbeat-interval", "peer-election-timeout", "retry-interval", "snapshot",
                "v", "vv", "test.coverprofile", "test.outputdir")) {
            row(Group.COMMAND, name, TEXT, "", "ignored", Standing.LEGACY, Versions.ALL);
        }
    }

    private static void served(Group group, String name, FlagKind kind, String value, String help) {
        row(group, name, kind, value, help, Standing.SERVED, Versions.ALL);
    }

    private static void from36(String name, FlagKind kind, String value, String help) {
        row(Group.CLUSTERING, name, kind, value, help, Standing.SERVED, Versions.FROM_3_6);
    }

    private static void defaultOnly(Group group, String name, FlagKind kind, String value, String help) {
        row(group, name, kind, value, help, Standing.DEFAULT_ONLY, Versions.ALL);
    }

    private static void defaults(String name, FlagKind kind, String value) {
        row(Group.EXPERIMENTAL, name, kind, value, "", Standing.DEFAULT_ONLY, Versions.UNTIL_3_6);
    }

    private static void renamed(String name, FlagKind kind, String value, String help) {
        row(Group.EXPERIMENTAL, EXPERIMENTAL + name, kind, value, help, Standing.SERVED, Versions.UNTIL_3_6);
        row(Group.STORAGE, name, kind, value, help, Standing.SERVED, Versions.FROM_3_6);
    }

    private static void row(Group group, String name, FlagKind kind, String value, String help, Standing standing, Versions versions) {
        ROWS.add(new Flag(name, kind, value, help, group, standing, versions));
    }
}
