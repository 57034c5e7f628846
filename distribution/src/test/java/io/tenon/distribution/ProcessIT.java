package io.tenon.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node as a process: it serves, it logs, it ends. */
class ProcessIT {

    private static final String SERVES = "\"msg\":\"ready to serve client requests\"";

    @TempDir
    Path folder;

    @Test
    void nodeServesAndEndsOnASignal() throws IOException, InterruptedException {
        try (var tenon = start(folder, Map.of(), Tenon.freePorts(2))) {
            tenon.awaitLog(SERVES);
            tenon.process().destroy();
            assertEquals(143, tenon.exitCode(), tenon.err());
            assertTrue(tenon.err().lines().allMatch(line -> line.startsWith("{\"level\":\"") && line.endsWith("}")), tenon.err());
            assertEquals("", tenon.out());
            Path data = folder.resolve("work/default.etcd");
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
            assertFalse(Files.exists(data.resolve("member/tenon/felix-0")), "bundle cache left behind");
        }
    }

    @Test
    void nodeStartsAgainWithoutBootstrapFlags() throws IOException, InterruptedException {
        List<Integer> ports = Tenon.freePorts(2);
        try (var first = start(folder, Map.of(), ports)) {
            first.awaitLog(SERVES);
            first.process().destroyForcibly().waitFor();
        }
        // The URLs of peers that no longer fit would be refused if they were still looked at.
        try (var second = start(folder, Map.of("ETCD_INITIAL_CLUSTER", "other=http://127.0.0.1:1"), ports)) {
            second.awaitLog(SERVES);
        }
    }

    @Test
    void takenPortEndsTheNodeWithOne() throws IOException, InterruptedException {
        List<Integer> ports = Tenon.freePorts(2);
        try (var first = start(folder.resolve("1"), Map.of(), ports)) {
            first.awaitLog(SERVES);
            try (var second = start(folder.resolve("2"), Map.of(), ports)) {
                assertEquals(1, second.exitCode(), second.err());
                assertTrue(second.err().contains("bind: address already in use"), second.err());
            }
        }
    }

    private static Tenon start(Path folder, Map<String, String> environment, List<Integer> ports) throws IOException {
        String client = "http://127.0.0.1:" + ports.get(0);
        String peer = "http://127.0.0.1:" + ports.get(1);
        return Tenon.start(folder, environment, List.of("--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
    }
}
