package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two of three members are lost for good, and what the third has goes on as a cluster of one. */
final class ForcedClusterIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private static String peerUrl(int port) {
        return "http://127.0.0.1:" + port;
    }

    private TenonServer launch(int number, List<Integer> ports) {
        String cluster = "m0=" + peerUrl(ports.get(0)) + ",m1=" + peerUrl(ports.get(1)) + ",m2=" + peerUrl(ports.get(2));
        return TenonServer.launch(folder.resolve("m" + number), "--name", "m" + number, "--initial-cluster", cluster, "--listen-peer-urls",
                peerUrl(ports.get(number)), "--initial-advertise-peer-urls", peerUrl(ports.get(number)));
    }

    @Test
    void oneMemberGoesOnAloneWithEverythingThatWasCommitted() {
        List<Integer> ports = List.of(TenonServer.freePort(), TenonServer.freePort(), TenonServer.freePort());
        List<TenonServer> servers = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            servers.add(launch(number, ports));
        }
        servers.forEach(TenonServer::awaitReady);
        TenonServer last = servers.get(2);
        for (int i = 0; i < 20; i++) {
            new Etcdctl(servers.get(i % 3)).run("put", "key" + i, "value" + i).ok();
        }
        assertEquals("key19\nvalue19", new Etcdctl(last).run("get", "key19").ok());
        servers.forEach(TenonServer::kill);
        try (TenonServer alone = last.withFlags("--name", "m2", "--listen-peer-urls", peerUrl(ports.get(2)), "--force-new-cluster")) {
            alone.start();
            String members = new Etcdctl(alone).run("member", "list").ok();
            assertEquals(1, members.lines().count(), members);
            assertTrue(members.contains("m2"), members);
            assertEquals(20, new Etcdctl(alone).run("get", "--prefix", "key", "--keys-only").ok().lines().filter(line -> !line.isEmpty()).count());
            assertEquals("OK", new Etcdctl(alone).run("put", "one", "more").ok());
            alone.stop();
            alone.start();
            assertFalse(alone.log().contains("making a cluster of this member alone"), "once is enough");
            assertEquals("one\nmore", new Etcdctl(alone).run("get", "one").ok());
        }
    }
}
