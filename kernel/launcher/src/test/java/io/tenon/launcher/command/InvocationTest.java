package io.tenon.launcher.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.Compat;
import io.tenon.launcher.command.Invocation.Refuse;
import io.tenon.launcher.command.Invocation.Speak;
import io.tenon.launcher.command.Invocation.Start;
import io.tenon.launcher.log.Line;
import io.tenon.launcher.log.Line.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InvocationTest {

    private static final Build BUILD = new Build("0.1.0", "abc");

    @Test
    void flagsAndVariablesMakeOneConfiguration() {
        var start = start(Map.of("ETCD_NAME", "n1", "ETCD_DATA_DIR", "", "PATH", "/bin"), "--max-txn-ops", "5");
        assertEquals("n1", start.config().name());
        assertEquals("n1.etcd", start.config().dataDirectory().toString());
        assertEquals(5, start.config().limits().maxTxnOps());
        assertEquals(List.of(new Line(Severity.INFO, "recognized and used environment variable").with("variable-name", "ETCD_NAME")
                .with("variable-value", "n1")), start.notices());
    }

    @Test
    void passwordsAreNotLogged() {
        var start = start(Map.of("ETCD_DISCOVERY_PASSWORD", "secret", "ETCD_DISCOVERY_USER", "u:secret"), "--tenon-compat=3.6");
        assertEquals("secret", start.config().flags().get("discovery-password"));
        assertEquals(2, start.notices().size());
        assertTrue(start.notices().stream().noneMatch(line -> line.toString().contains("secret")), start.notices().toString());
    }

    @Test
    void variableBesideItsFlagIsFatal() {
        var refuse = refuse(Map.of("ETCD_NAME", "n1"), "--name", "n2");
        assertEquals(new Line(Severity.FATAL, "conflicting environment variable is shadowed by corresponding command-line flag"
                + " (either unset environment variable or disable flag))").with("environment-variable", "ETCD_NAME"), refuse.reason());
    }

    @Test
    void unknownVariableIsAWarning() {
        assertEquals(List.of(new Line(Severity.WARN, "unrecognized environment variable").with("environment-variable", "ETCD_NOPE=1"),
                new Line(Severity.WARN, "unrecognized environment variable").with("environment-variable", "ETCD_VERSION=true")),
                start(Map.of("ETCD_NOPE", "1", "ETCD_VERSION", "true")).notices());
    }

    @Test
    void unreadableVariable() {
        assertEquals("invalid value \"abc\" for ETCD_HEARTBEAT_INTERVAL: parse error",
                error(refuse(Map.of("ETCD_HEARTBEAT_INTERVAL", "abc"))));
    }

    @Test
    void versionOfEtcdMayComeFromTheEnvironment() {
        assertEquals(Compat.V3_6, start(Map.of("ETCD_TENON_COMPAT", "3.6", "ETCD_COMPACTION_BATCH_LIMIT", "7")).config().compat());
        assertEquals(Compat.V3_6, start(Map.of("ETCD_TENON_COMPAT", "3.6"), "--compaction-batch-limit=7").config().compat());
    }

    @Test
    void flagOfAnotherVersionIsUnknown() {
        var speak = assertInstanceOf(Speak.class, of(Map.of(), "--compaction-batch-limit=7"));
        assertEquals(2, speak.exitCode());
        assertTrue(speak.err().startsWith("flag provided but not defined: -compaction-batch-limit\nUsage:"));
    }

    @Test
    void unknownFlagAndUnreadableValueShowTheUsageAndEndWithTwo() {
        for (String argument : List.of("--nope", "--heartbeat-interval=x")) {
            var speak = assertInstanceOf(Speak.class, of(Map.of(), argument));
            assertEquals(2, speak.exitCode());
            assertEquals("", speak.out());
            assertTrue(speak.err().contains("\nUsage:\n"));
        }
    }

    @Test
    void waysToTheFirstMembersExcludeOneAnother() {
        assertEquals("multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", \"discovery\" or \"discovery-srv\"",
                error(refuse(Map.of(), "--initial-cluster=a=http://h:1", "--discovery-srv=d.org")));
        assertEquals("multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", \"discovery\", \"discovery-endpoints\" or "
                + "\"discovery-srv\"", error(refuse(Map.of("ETCD_DISCOVERY_ENDPOINTS", "h:1"), "--tenon-compat=3.6", "--discovery-token=t",
                "--initial-cluster=a=http://h:1")));
        assertEquals("--discovery-endpoints and --discovery-token must be set together",
                error(refuse(Map.of(), "--tenon-compat=3.6", "--discovery-token=t")));
    }

    @Test
    void helpIsWholeOnOutAndShortOnErr() {
        var speak = assertInstanceOf(Speak.class, of(Map.of(), "--help"));
        assertEquals(0, speak.exitCode());
        assertEquals(HelpText.USAGE, speak.err());
        assertTrue(speak.out().contains("\n  --data-dir "));
        assertTrue(speak.out().contains("\n  --name 'default' "));
        assertTrue(speak.out().lines().allMatch(line -> line.length() <= 130), speak.out());
    }

    @Test
    void versionIsEtcdsFirst() {
        var speak = assertInstanceOf(Speak.class, of(Map.of(), "--version"));
        assertEquals(0, speak.exitCode());
        assertEquals("etcd Version: 3.5.30\nTenon Version: 0.1.0\nGit SHA: abc\n", speak.out().substring(0, speak.out().indexOf("Java Version")));
        var newer = assertInstanceOf(Speak.class, of(Map.of("ETCD_TENON_COMPAT", "3.7"), "--version"));
        assertTrue(newer.out().startsWith("etcd Version: 3.7."));
    }

    @Test
    void refusalsNameTheirReason() {
        assertEquals("'extra' is not a valid flag", error(refuse(Map.of(), "extra")));
        assertEquals("gateway is not available in this version of Tenon", error(refuse(Map.of(), "gateway", "start")));
        assertEquals("--config-file is not available in this version of Tenon (use flags or environment variables)",
                error(refuse(Map.of("ETCD_CONFIG_FILE", "/x"))));
        assertEquals("--heartbeat-interval must be >0 (set to 0ms)", error(refuse(Map.of(), "--heartbeat-interval=0")));
        assertEquals("--tenon-compat must be 3.5, 3.6 or 3.7 (set to 2)", error(refuse(Map.of(), "--tenon-compat=2")));
    }

    @Test
    void flagsWithoutEffectAreWarnings() {
        assertEquals(List.of(new Line(Severity.WARN, "flag is no longer supported and is ignored").with("flag", "snapshot"),
                new Line(Severity.WARN, "flag has no effect in Tenon").with("flag", "backend-bbolt-freelist-type")),
                start(Map.of(), "--snapshot", "5", "--backend-bbolt-freelist-type=array").notices());
    }

    private static Invocation of(Map<String, String> environment, String... arguments) {
        return Invocation.of(List.of(arguments), environment, BUILD);
    }

    private static Start start(Map<String, String> environment, String... arguments) {
        return assertInstanceOf(Start.class, of(environment, arguments));
    }

    private static Refuse refuse(Map<String, String> environment, String... arguments) {
        return assertInstanceOf(Refuse.class, of(environment, arguments));
    }

    private static String error(Refuse refuse) {
        assertEquals("failed to verify flags", refuse.reason().text());
        return refuse.reason().fields().get("error");
    }
}
