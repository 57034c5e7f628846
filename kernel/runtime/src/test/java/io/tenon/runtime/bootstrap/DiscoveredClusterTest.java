package io.tenon.runtime.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.cluster.MemberIds;
import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import io.tenon.spi.discovery.ClusterDiscovery;
import io.tenon.spi.discovery.DiscoveryException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a member does with the members that were found for it. This test is the lifecycle thread. */
final class DiscoveredClusterTest {
    private static final long DEADLINE_SECONDS = 20;
    private static final String URLS = "http://h:1,http://h:2";
    private static final String SELF = "a=http://h:1,a=http://h:2";

    private final BlockingQueue<DiscoveredCluster.Step> steps = new LinkedBlockingQueue<>();
    private final List<NodeConfig> known = new ArrayList<>();
    private final HandDiscovery discovery = new HandDiscovery();
    private DiscoveredCluster cluster = cluster(Map.of());

    /** Answers when it is told to. */
    private static final class HandDiscovery implements ClusterDiscovery {
        private final BlockingQueue<Registration> asked = new LinkedBlockingQueue<>();
        private final BlockingQueue<CompletableFuture<String>> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

        @Override
        public String initialCluster(Registration self) throws DiscoveryException, InterruptedException {
            asked.add(self);
            try {
                CompletableFuture<String> answer = answers.take();
                if (answer.isCompletedExceptionally()) {
                    throw new DiscoveryException(answer.exceptionNow().getMessage());
                }
                return answer.join();
            } catch (InterruptedException ended) {
                interrupted.complete(true);
                throw ended;
            }
        }

        Registration awaitQuestion() throws InterruptedException {
            return Optional.ofNullable(asked.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).orElseThrow();
        }
    }

    private DiscoveredCluster cluster(Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(Map.of("tenon-compat", "3.6", "name", "a", "initial-advertise-peer-urls", URLS,
                "discovery-token", "t", "discovery-endpoints", "e:1"));
        flags.putAll(more);
        DiscoveredCluster[] made = new DiscoveredCluster[1];
        made[0] = new DiscoveredCluster(Flags.parse(flags), steps::add, () -> known.add(made[0].config()));
        return made[0];
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    private void answer(String answer) throws Exception {
        discovery.answers.add(CompletableFuture.completedFuture(answer));
        step();
    }

    private void step() throws Exception {
        Optional.ofNullable(steps.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).orElseThrow().run();
    }

    @Test
    void nodeStartsWithTheMembersThatWereFoundAndTheTokenOfDiscovery() throws Exception {
        assertTrue(cluster.isAskedFor());
        assertTrue(cluster.awaits(Optional.empty()));
        assertTrue(cluster.awaits(Optional.of(discovery)));
        assertTrue(cluster.awaits(Optional.of(discovery)));
        assertEquals(new ClusterDiscovery.Registration(MemberIds.ofBootstrap(List.of("http://h:1", "http://h:2"), "t"), SELF),
                discovery.awaitQuestion());
        answer("b=http://g:1," + SELF);
        assertFalse(cluster.awaits(Optional.of(discovery)));
        NodeConfig config = cluster.config();
        assertEquals(List.of(config), known);
        assertEquals(Map.of("b", List.of(URI.create("http://g:1")), "a", List.of(URI.create("http://h:1"), URI.create("http://h:2"))),
                config.bootstrap().initialCluster());
        assertEquals("t", config.bootstrap().token());
        assertTrue(FirstStart.asks(config));
        assertTrue(discovery.asked.isEmpty());
    }

    @Test
    void nodeWithoutTheFlagsAsksNobody() {
        assertFalse(cluster(Map.of("discovery-token", "", "discovery-endpoints", "")).isAskedFor());
    }

    @Test
    void joiningAndMakingAClusterDoNotGoTogether() {
        DiscoveredCluster joining = cluster(Map.of("initial-cluster-state", "existing"));
        assertThrows(StartRefused.class, () -> joining.awaits(Optional.of(discovery)));
        assertTrue(discovery.asked.isEmpty());
    }

    @Test
    void whatCannotBeTheClusterIsRefused() throws Exception {
        for (Map.Entry<String, String> wrong : Map.of("b=http://g:1", "couldn't find local name \"a\"", SELF + ",b=http://h:1", "has duplicate url",
                "a=nonsense", "error setting up initial cluster", SELF + ",b=", "empty URL given for \"b\"").entrySet()) {
            cluster = cluster(Map.of());
            cluster.awaits(Optional.of(discovery));
            String message = assertThrows(StartRefused.class, () -> answer(wrong.getKey())).getMessage();
            assertTrue(message.startsWith("discovery: ") && message.contains(wrong.getValue()), message);
            assertTrue(cluster.awaits(Optional.of(discovery)));
        }
        assertEquals(List.of(), known);
    }

    @Test
    void refusalOfDiscoveryIsTheNodes() throws Exception {
        cluster.awaits(Optional.of(discovery));
        discovery.answers.add(CompletableFuture.failedFuture(new DiscoveryException("discovery: cluster is full")));
        assertEquals("discovery: cluster is full", assertThrows(StartRefused.class, this::step).getMessage());
    }

    @Test
    void endOfTheNodeEndsTheSearch() throws Exception {
        cluster.awaits(Optional.of(discovery));
        discovery.awaitQuestion();
        cluster.close();
        assertTrue(discovery.interrupted.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
        assertTrue(steps.isEmpty());
    }

    @Test
    void anotherProviderIsAskedWhenTheFirstOneLeaves() throws Exception {
        cluster.awaits(Optional.of(discovery));
        discovery.awaitQuestion();
        cluster.left(new HandDiscovery());
        assertFalse(discovery.interrupted.isDone());
        cluster.left(discovery);
        assertTrue(discovery.interrupted.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
        HandDiscovery next = new HandDiscovery();
        assertTrue(cluster.awaits(Optional.of(next)));
        next.awaitQuestion();
        next.answers.add(CompletableFuture.completedFuture(SELF));
        step();
        assertEquals(1, known.size());
    }
}
