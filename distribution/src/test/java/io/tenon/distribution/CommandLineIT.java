package io.tenon.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process says and does before there is a node, and that nothing is on disk then. */
class CommandLineIT {

    @TempDir
    Path folder;

    @Test
    void versionBeginsLikeEtcds() throws IOException, InterruptedException {
        try (var tenon = Tenon.start(folder, Map.of(), List.of("--version"))) {
            assertEquals(0, tenon.exitCode());
            List<String> lines = tenon.out().lines().toList();
            assertEquals("etcd Version: 3.5.30", lines.get(0));
            assertTrue(lines.get(1).matches("Tenon Version: \\d+\\.\\d+\\.\\d+"), lines.get(1));
            assertTrue(lines.get(2).startsWith("Git SHA: "), lines.get(2));
            assertTrue(lines.get(3).startsWith("Java Version: "), lines.get(3));
            assertTrue(lines.get(4).matches("Java OS/Arch: linux/.+"), lines.get(4));
            assertEquals("", tenon.err());
            assertEquals(List.of(), tenon.created());
        }
    }

    @Test
    void helpListsFlagsOnStandardOutput() throws IOException, InterruptedException {
        try (var tenon = Tenon.start(folder, Map.of(), List.of("--help"))) {
            assertEquals(0, tenon.exitCode());
            assertTrue(tenon.err().startsWith("Usage:\n"), tenon.err());
            assertTrue(tenon.out().contains("--listen-client-urls 'http://localhost:2379'"), tenon.out());
            assertEquals(List.of(), tenon.created());
        }
    }

    @Test
    void unknownFlag() throws IOException, InterruptedException {
        assertRefused(2, "flag provided but not defined: -nope\nUsage:", Map.of(), "--nope");
    }

    @Test
    void unreadableValue() throws IOException, InterruptedException {
        assertRefused(2, "invalid value \"abc\" for flag -heartbeat-interval: parse error\nUsage:", Map.of(), "--heartbeat-interval", "abc");
    }

    @Test
    void extraArgument() throws IOException, InterruptedException {
        assertRefused(1, "\"msg\":\"failed to verify flags\",\"error\":\"'extra' is not a valid flag\"}", Map.of(), "extra");
    }

    @Test
    void valuesThatDoNotGoTogether() throws IOException, InterruptedException {
        assertRefused(1, "--election-timeout[100ms] should be at least as 5 times as --heartbeat-interval[100ms]", Map.of(),
                "--election-timeout=100");
    }

    @Test
    void whatIsNotAvailableIsSaid() throws IOException, InterruptedException {
        assertRefused(1, "--config-file is not available in this version of Tenon", Map.of(), "--config-file=/none");
        assertRefused(1, "--cert-file=/x is not available in this version of Tenon", Map.of(), "--cert-file=/x");
    }

    @Test
    void variableBesideItsFlag() throws IOException, InterruptedException {
        assertRefused(1, "{\"level\":\"fatal\",", Map.of("ETCD_NAME", "a"), "--name=b");
    }

    @Test
    void nameThatIsNotInTheCluster() throws IOException, InterruptedException {
        assertRefused(1, "\"msg\":\"discovery failed\",\"error\":\"couldn't find local name \\\"zz\\\" in the initial cluster configuration\"}",
                Map.of(), "--name=zz", "--initial-cluster=a=http://127.0.0.1:2380");
    }

    @Test
    void dataDirectoryThatCannotBe() throws IOException, InterruptedException {
        Path file = Files.createFile(folder.resolve("file"));
        assertRefused(1, "\"msg\":\"cannot create data directory " + file + ": " + file + ": not a directory\"}", Map.of(),
                "--data-dir=" + file);
    }

    @Test
    void withoutJavaTheScriptSaysWhatToInstall() throws IOException, InterruptedException {
        Path bin = Files.createDirectories(folder.resolve("image/bin"));
        Path lib = Files.createDirectories(folder.resolve("image/lib"));
        Files.copy(Tenon.image().resolve("bin/tenon"), bin.resolve("tenon"));
        String search = Files.readString(Tenon.image().resolve("lib/find-java.sh"));
        Files.writeString(lib.resolve("find-java.sh"), search.replace("JAVA_MIN=25", "JAVA_MIN=999"));
        Process sh = new ProcessBuilder("sh", bin.resolve("tenon").toString()).redirectErrorStream(true).start();
        String said = new String(sh.getInputStream().readAllBytes());
        assertEquals(1, sh.waitFor());
        assertTrue(said.startsWith("tenon: needs Java 999 or newer and found none. Install one"), said);
    }

    private void assertRefused(int exitCode, String said, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        try (var tenon = Tenon.start(folder, environment, List.of(arguments))) {
            assertEquals(exitCode, tenon.exitCode(), tenon.err());
            assertTrue(tenon.err().contains(said), tenon.err());
            assertEquals("", tenon.out());
            assertEquals(List.of(), tenon.created());
        }
    }
}
