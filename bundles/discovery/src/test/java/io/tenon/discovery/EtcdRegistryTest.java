package io.tenon.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tenon.api.config.DiscoveryChoice;
import io.tenon.api.config.Flags;
import io.tenon.spi.discovery.ClusterDiscovery.Registration;
import io.tenon.spi.discovery.DiscoveryException;
import java.io.File;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The registry over gRPC, against a server of our own. */
final class EtcdRegistryTest {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Duration> pauses = new ArrayList<>();
    private Pauses pausing = this::pause;

    /** A registry that never answers must not keep the test for ever. */
    private void pause(Duration time) {
        pauses.add(time);
        assertTrue(pauses.size() < 20, pauses::toString);
    }

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static Map<String, String> flags(String endpoints, Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(Map.of("tenon-compat", "3.6", "discovery-token", "t", "discovery-endpoints", endpoints,
                "discovery-request-timeout", "30s"));
        flags.putAll(more);
        return flags;
    }

    private EtcdRegistry registry(String endpoints, Map<String, String> more) {
        DiscoveryChoice choice = DiscoveryChoice.of(Flags.parse(flags(endpoints, more)).flags()).orElseThrow();
        return new EtcdRegistry(choice, new Tls(choice.tls()), loop, time -> pausing.pause(time));
    }

    private static String on(int port) {
        return "127.0.0.1:" + port;
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String resource(String name) {
        return new File("src/test/resources/tls", name).getAbsolutePath();
    }

    @Test
    void aMemberFindsTheOthersOverTheNetwork() throws Exception {
        try (HandEtcd etcd = HandEtcd.start(0); EtcdRegistry registry = registry("http://" + on(etcd.port()), Map.of())) {
            etcd.rows().with("_config/size", "2").with("members/f", "f=http://f:1").with("members0", "no member");
            assertEquals("f=http://f:1,a=http://a:1", new Enrolment(registry, pauses::add, "t").enrol(new Registration(0xaL, "a=http://a:1")));
            assertEquals(List.of(), pauses);
            assertEquals(List.of(), etcd.tokens());
        }
    }

    @Test
    void anEndpointThatDoesNotAnswerIsLeftForTheNextWithoutAPause() throws Exception {
        try (HandEtcd etcd = HandEtcd.start(0); EtcdRegistry registry = registry(on(freePort()) + "," + on(etcd.port()), Map.of())) {
            etcd.rows().with("k", "v");
            assertEquals(Optional.of("v"), registry.get(HandRegistry.ROOT + "k"));
            assertEquals(List.of(), pauses);
        }
    }

    @Test
    void pausesGrowUntilOneAnswers() throws Exception {
        int port = freePort();
        List<HandEtcd> started = new ArrayList<>();
        pausing = time -> {
            pauses.add(time);
            if (pauses.size() == 7) {
                started.add(assertStarts(port));
            }
        };
        try (EtcdRegistry registry = registry(on(port), Map.of())) {
            assertEquals(Optional.empty(), registry.get("k"));
        } finally {
            started.getFirst().close();
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 32L), pauses.stream().map(Duration::toSeconds).toList());
    }

    private static HandEtcd assertStarts(int port) {
        try {
            return HandEtcd.start(port);
        } catch (java.io.IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void whatWouldBeRefusedAgainIsNotAskedAgain() throws Exception {
        try (HandEtcd etcd = HandEtcd.start(0); EtcdRegistry registry = registry(on(etcd.port()), Map.of())) {
            etcd.refuse(Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty"));
            String message = assertThrows(DiscoveryException.class, () -> registry.put("k", "v")).getMessage();
            assertTrue(message.contains("etcdserver: user name is empty"), message);
            assertEquals(List.of(), pauses);
        }
    }

    @Test
    void userLogsInAndOnceMoreWhenTheTokenHasRunOut() throws Exception {
        try (HandEtcd etcd = HandEtcd.start(0);
             EtcdRegistry registry = registry(on(etcd.port()), Map.of("discovery-user", "u", "discovery-password", "p"))) {
            registry.put(HandRegistry.ROOT + "k", "1");
            registry.get(HandRegistry.ROOT + "k");
            etcd.refuse(Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token"));
            registry.put(HandRegistry.ROOT + "k", "2");
            assertEquals(List.of("u:p", "u:p"), etcd.logins());
            assertEquals(List.of("token-1", "token-1", "token-1", "token-2"), etcd.tokens());
            assertEquals(Optional.of("2"), etcd.rows().get(HandRegistry.ROOT + "k"));
        }
    }

    @Test
    void userMayGoWhereNobodyLogsIn() throws Exception {
        try (HandEtcd etcd = HandEtcd.start(0); EtcdRegistry registry = registry(on(etcd.port()), Map.of("discovery-user", "u:p"))) {
            etcd.refuse(Status.FAILED_PRECONDITION.withDescription("etcdserver: authentication is not enabled"));
            registry.put(HandRegistry.ROOT + "k", "1");
            assertEquals(List.of(), etcd.tokens());
            assertEquals(Optional.of("1"), etcd.rows().get(HandRegistry.ROOT + "k"));
        }
    }

    @Test
    void interruptEndsACallThatIsNotAnswered() throws Exception {
        try (ServerSocket silent = new ServerSocket(0); EtcdRegistry registry = registry(on(silent.getLocalPort()), Map.of())) {
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Thread asking = Thread.ofPlatform().start(() -> ended.complete(assertThrows(Throwable.class, () -> registry.get("k"))));
            silent.accept();
            asking.interrupt();
            assertEquals(InterruptedException.class, ended.get(20, TimeUnit.SECONDS).getClass());
        }
    }

    @Test
    void registryIsBelievedIfItsCertificateIsVouchedForOrNothingIsChecked() throws Exception {
        for (String kind : List.of("ec", "rsa")) {
            try (HandEtcd etcd = HandEtcd.startTls(new File(resource(kind + ".crt")), new File(resource(kind + ".pkcs8.key")))) {
                String bare = on(etcd.port());
                for (Map<String, String> good : List.of(Map.of("discovery-cacert", resource(kind + ".crt")),
                        Map.of("discovery-insecure-transport", "false", "discovery-insecure-skip-tls-verify", "true"),
                        Map.of("discovery-cacert", resource(kind + ".crt"), "discovery-cert", resource(kind + ".crt"), "discovery-key",
                                resource(kind + ".key")))) {
                    try (EtcdRegistry registry = registry(bare, good)) {
                        assertEquals(Optional.empty(), registry.get("k"));
                    }
                }
                assertEquals(List.of(), pauses);
                pausing = _ -> {
                    throw new InterruptedException("seen enough");
                };
                try (EtcdRegistry registry = registry("https://" + bare, Map.of())) {
                    assertThrows(InterruptedException.class, () -> registry.get("k"));
                }
                try (EtcdRegistry registry = registry("http://" + bare, Map.of("discovery-cacert", resource(kind + ".crt")))) {
                    assertThrows(InterruptedException.class, () -> registry.get("k"));
                }
                pausing = this::pause;
            }
        }
    }

    @Test
    void filesThatAreNotThereAreNamed() {
        String message = assertThrows(DiscoveryException.class, () -> {
            try (EtcdRegistry registry = registry("https://h:1", Map.of("discovery-cacert", "/no/such/file"))) {
                registry.get("k");
            }
        }).getMessage();
        assertTrue(message.contains("/no/such/file"), message);
        assertFalse(message.contains("null"), message);
    }
}
