package io.tenon.blackbox;

import static io.tenon.blackbox.EtcdClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members of a new cluster find one another in a running etcd. */
class DiscoveryIT {
    private static final String WAITING = "waiting for members of the new cluster";
    private final List<AutoCloseable> running = new ArrayList<>();
    private final int registryPort = TenonServer.freePort();
    @TempDir
    private Path directory;

    @AfterEach
    void endAll() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
    }

    private Process startRegistry() throws Exception {
        String clients = "http://127.0.0.1:" + registryPort;
        String peers = "http://127.0.0.1:" + TenonServer.freePort();
        Process etcd = new ProcessBuilder(GoEtcd.required().etcd().toString(), "--data-dir", directory.resolve("registry").toString(),
                "--listen-client-urls", clients, "--advertise-client-urls", clients, "--listen-peer-urls", peers, "--initial-advertise-peer-urls",
                peers, "--initial-cluster", "default=" + peers).redirectErrorStream(true).redirectOutput(directory.resolve("etcd.log").toFile())
                .start();
        running.add(() -> {
            etcd.destroyForcibly();
            etcd.waitFor();
        });
        return etcd;
    }

    private void etcdctl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(GoEtcd.required().etcdctl().toString(), "--endpoints", "127.0.0.1:" + registryPort));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("etcdctl.log").toFile()).start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), Files.readString(directory.resolve("etcdctl.log")));
    }

    private static String[] flags(String name, int registryPort) {
        String peers = "http://127.0.0.1:" + TenonServer.freePort();
        return new String[] {"--tenon-compat=3.6", "--name=" + name, "--listen-peer-urls=" + peers, "--initial-advertise-peer-urls=" + peers,
                "--discovery-token=blue", "--discovery-endpoints=127.0.0.1:1,http://127.0.0.1:" + registryPort};
    }

    private TenonServer launch(String name) {
        TenonServer server = TenonServer.launch(directory.resolve(name), flags(name, registryPort));
        running.add(server);
        return server;
    }

    @Test
    void threeMembersFindOneAnotherAndAFourthIsRefused() throws Exception {
        GoEtcd.required();
        TenonServer first = launch("m0");
        first.awaitPrinted("the registry of new clusters does not answer");
        Process registry = startRegistry();
        etcdctl("--dial-timeout=30s", "--command-timeout=30s", "put", "/_etcd/registry/blue/_config/size", "3");
        first.awaitPrinted(WAITING);
        assertEquals(143, first.stop(), first.log());
        first.launchAgain();
        first.awaitPrinted(WAITING);
        List<TenonServer> members = List.of(first, launch("m1"), launch("m2"));
        members.forEach(TenonServer::awaitReady);

        TenonServer late = TenonServer.startInVain(directory.resolve("m3"), TenonServer.freePort(), flags("m3", registryPort));
        assertEquals(1, late.exitStatus(), late.log());
        assertTrue(late.log().contains("discovery: cluster is full"), late.log());

        try (EtcdClient writer = new EtcdClient(members.getLast())) {
            writer.putOk("k", bytes("v"));
        }
        registry.destroyForcibly().waitFor();
        assertEquals(143, first.stop(), first.log());
        first.start();
        try (EtcdClient reader = new EtcdClient(first)) {
            assertEquals(bytes("v"), reader.get("k").getKvs(0).getValue());
        }
    }
}
