package io.tenon.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tenon.api.config.Flag.Standing;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FlagErrorsTest {

    @Test
    void unknownFlag() {
        assertRefusal(2, "flag provided but not defined: -nope", "nope", "1");
        assertRefusal(2, "flag provided but not defined: -compaction-batch-limit", "compaction-batch-limit", "1");
        assertRefusal(2, "flag provided but not defined: -experimental-compaction-batch-limit", "tenon-compat", "3.7",
                "experimental-compaction-batch-limit", "1");
    }

    @Test
    void unreadableValue() {
        assertRefusal(2, "invalid value \"abc\" for flag -heartbeat-interval: parse error", "heartbeat-interval", "abc");
        assertRefusal(2, "invalid value \"-1\" for flag -heartbeat-interval: parse error", "heartbeat-interval", "-1");
        assertRefusal(2, "invalid value \"18446744073709551616\" for flag -snapshot-count: value out of range",
                "snapshot-count", "18446744073709551616");
        assertRefusal(2, "invalid value \"5\" for flag -grpc-keepalive-timeout: parse error", "grpc-keepalive-timeout", "5");
        assertRefusal(2, "invalid value \"x\" for flag -max-concurrent-streams: strconv.ParseUint: parsing \"x\": invalid syntax",
                "max-concurrent-streams", "x");
        assertRefusal(2, "invalid value \"maybe\" for flag -initial-cluster-state: invalid value", "initial-cluster-state", "maybe");
    }

    @Test
    void urlsThatAreNone() {
        assertRefusal(2, "invalid value \"foo\" for flag -listen-client-urls: URL scheme must be http, https, unix, or unixs: foo",
                "listen-client-urls", "foo");
        assertRefusal(2, "invalid value \"http://a:1/x\" for flag -listen-peer-urls: URL must not contain a path: http://a:1/x",
                "listen-peer-urls", "http://a:1/x");
        assertRefusal(2, "invalid value \"http://a\" for flag -advertise-client-urls: URL address does not have the form \"host:port\": http://a",
                "advertise-client-urls", "http://a");
    }

    @Test
    void listenUrlsNeedAnAddressOfThisMachine() {
        assertRefusal(1, "expected IP in URL for binding (http://foo.bar:41790)", "listen-peer-urls", "http://foo.bar:41790");
        assertRefusal(1, "expected IP in URL for binding (http://:2379)", "listen-client-urls", "http://:2379", "advertise-client-urls",
                "http://a:1");
    }

    @Test
    void listeningNeedsAdvertising() {
        assertRefusal(1, "--advertise-client-urls is required when --listen-client-urls is set explicitly", "listen-client-urls",
                "http://0.0.0.0:2379");
    }

    @Test
    void timesThatDoNotGoTogether() {
        assertRefusal(1, "--election-timeout[100ms] should be at least as 5 times as --heartbeat-interval[100ms]", "election-timeout", "100");
        assertRefusal(1, "--election-timeout[50001ms] is too long, and should be set less than 50000ms", "election-timeout", "50001");
        assertRefusal(1, "--heartbeat-interval must be >0 (set to 0ms)", "heartbeat-interval", "0");
        assertRefusal(1, "--election-timeout must be >0 (set to 0ms)", "election-timeout", "0");
    }

    @Test
    void compactionThatMakesNoSense() {
        assertRefusal(1, "unknown auto-compaction-mode \"x\"", "auto-compaction-mode", "x");
        assertRefusal(1, "error parsing CompactionRetention: time: invalid duration \"x\"", "auto-compaction-retention", "x");
    }

    @Test
    void checkpointsAreKeptOnlyIfTheyAreMade() {
        assertRefusal(1, "setting experimental-enable-lease-checkpoint-persist requires experimental-enable-lease-checkpoint",
                "experimental-enable-lease-checkpoint-persist", "true");
    }

    @Test
    void compactionHashesAreComparedAfterSomeTime() {
        assertRefusal(1, "--experimental-compact-hash-check-time must be >0 (set to 0s)", "experimental-compact-hash-check-time", "0");
    }

    @Test
    void featureGates() {
        assertRefusal(1, "unrecognized feature gate: X", "tenon-compat", "3.6", "feature-gates", "X=true");
        assertRefusal(1, "--feature-gates=SetMemberLocalAddr=true is not available in this version of Tenon", "tenon-compat", "3.6",
                "feature-gates", "SetMemberLocalAddr=true");
    }

    @Test
    void oldAndNewNameTogether() {
        assertRefusal(1, "cannot set --experimental-compaction-batch-limit and --compaction-batch-limit at the same time, "
                + "please use --compaction-batch-limit only", "tenon-compat", "3.6", "compaction-batch-limit", "1",
                "experimental-compaction-batch-limit", "1");
    }

    @Test
    void whatIsNotServedIsRefusedInOneLine() {
        assertRefusal(1, "--cert-file=/x is not available in this version of Tenon (only the default, empty)", "cert-file", "/x");
        assertRefusal(1, "--listen-client-urls=https://0.0.0.0:1 is not available in this version of Tenon (only http)", "listen-client-urls",
                "https://0.0.0.0:1", "advertise-client-urls", "https://0.0.0.0:1");
        assertRefusal(1, "--listen-peer-urls=unix://a:1 is not available in this version of Tenon (only http and https)", "listen-peer-urls",
                "unix://a:1");
        for (Compat compat : Compat.values()) {
            FlagTable.of(compat).values().stream().filter(flag -> flag.standing() == Standing.DEFAULT_ONLY).forEach(flag -> {
                String other = switch (flag.kind()) {
                    case BOOL -> flag.defaultValue().equals("true") ? "false" : "true";
                    case INT, UINT, UINT32 -> "77";
                    case DURATION -> "77s";
                    case TEXT, URLS, STATE, COMMA_LIST -> "else";
                };
                var given = Map.of("tenon-compat", compat == Compat.V3_5 ? "3.5" : compat == Compat.V3_6 ? "3.6" : "3.7", flag.name(), other);
                assertThrows(BadFlagException.class, () -> Flags.parse(given), flag.name());
            });
        }
    }

    @Test
    void logsToNowhere() {
        assertRefusal(1, "unknown logger option \"capnslog\"", "logger", "capnslog");
        assertRefusal(1, "unrecognized level: \"loud\"", "log-level", "loud");
    }

    @Test
    void newMemberMustBeInItsCluster() {
        assertBootstrap("couldn't find local name \"zz\" in the initial cluster configuration", "name", "zz", "initial-cluster",
                "a=http://127.0.0.1:2380");
        assertBootstrap("initial cluster a=http://a:1,default=http://a:1 has duplicate url", "initial-cluster",
                "default=http://a:1,a=http://a:1");
        assertBootstrap("--initial-cluster has default=http://a:1 but missing from --initial-advertise-peer-urls=http://localhost:2380 "
                + "(resolved urls: [\"http://localhost:2380\"] != [\"http://a:1\"])", "initial-cluster", "default=http://a:1");
        assertBootstrap("--initial-advertise-peer-urls has http://b:1 but missing from --initial-cluster=default=http://a:1",
                "initial-cluster", "default=http://a:1", "initial-advertise-peer-urls", "http://a:1,http://b:1");
    }

    @Test
    void namesOfOneAddressAreTheSameAndAMemberThatJoinsIsNotAsked() {
        var differing = new HashMap<>(Map.of("initial-cluster", "default=http://127.0.0.1:2380"));
        BootstrapCheck.check(Flags.parse(differing), host -> host.equals("localhost") ? "127.0.0.1" : host);
        differing.put("initial-cluster-state", "existing");
        BootstrapCheck.check(Flags.parse(differing), UnaryOperator.identity());
    }

    private static void assertRefusal(int exitCode, String message, String... flags) {
        var refused = assertThrows(BadFlagException.class, () -> Flags.parse(given(flags)));
        assertEquals(message, refused.getMessage());
        assertEquals(exitCode, refused.exitCode());
    }

    private static void assertBootstrap(String message, String... flags) {
        var config = Flags.parse(given(flags));
        var refused = assertThrows(BadFlagException.class, () -> BootstrapCheck.check(config, UnaryOperator.identity()));
        assertEquals(message, refused.getMessage());
        assertEquals(1, refused.exitCode());
    }

    private static Map<String, String> given(String... flags) {
        var given = new HashMap<String, String>();
        for (int at = 0; at < flags.length; at += 2) {
            given.put(flags[at], flags[at + 1]);
        }
        return given;
    }
}
