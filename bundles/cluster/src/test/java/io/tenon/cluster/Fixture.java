package io.tenon.cluster;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.NodeControl;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.ConfChange;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.state.V2Port;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.transport.PeerLinks;
import io.tenon.testkit.state.HandProposals;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** A cluster machine on a node in memory, whose proposals are applied at once. */
final class Fixture {
    static final String BOOTSTRAP = "{\"id\":10276657743932975437,\"peerURLs\":[\"http://localhost:2380\"],\"name\":\"default\"}";
    static final CallContext CALL = new CallContext(Runnable::run, "");

    long unixSeconds = 1_700_000_000;

    final HandProposals proposals = new HandProposals();
    final HandReconfiguration reconfiguration = new HandReconfiguration(this::applyLogged);
    final HandCalls calls = new HandCalls();
    /** For how long who is connected has been. */
    final Map<Long, Long> connectedNanos = new HashMap<>();
    /** What the node was ended with. */
    final List<String> ends = new ArrayList<>();
    final ClusterMachine machine;
    final StateNode node;

    Fixture(Compat compat, MemoryTables tables) {
        this(compat, tables, Map.of());
    }

    Fixture(Compat compat, MemoryTables tables, Map<String, String> flags) {
        PeerLinks links = member -> connectedNanos.containsKey(member) ? OptionalLong.of(connectedNanos.get(member)) : OptionalLong.empty();
        machine = new ClusterMachine(proposals, config(compat, flags),
                new Surroundings(reconfiguration, calls, links, new Ends(ends), () -> Instant.ofEpochSecond(unixSeconds)));
        node = StateNode.start(tables, machine, new EmptyKeyspace(), new RawRequests());
        proposals.connect(node);
    }

    private void applyLogged(ConfChange.Step step, String context, Reply<List<ClusterMember>> reply) {
        Optional<Refusal> refusal = outcome(step, context).refusal();
        if (refusal.isPresent()) {
            reply.refuse(refusal.get());
        } else {
            reply.accept(machine.members());
        }
    }

    MembershipPort.Outcome outcome(ConfChange.Step step, String context) {
        AtomicReference<MembershipPort.Outcome> applied = new AtomicReference<>();
        ConfChange change = new ConfChange(true, 7, ConfChange.Transition.AUTO, List.of(step), ByteString.copyFromUtf8(context));
        node.within(apply -> applied.set(machine.applyConfChange(apply, change)));
        return applied.get();
    }

    /** A fresh store, before its first entry. */
    static Fixture fresh(Compat compat) {
        return new Fixture(compat, new MemoryTables());
    }

    /** A store after the entry that every single member begins with. */
    static Fixture bootstrapped(Compat compat) {
        Fixture fixture = fresh(compat);
        fixture.change(ConfChange.Kind.ADD_VOTER, StateNode.MEMBER_ID, BOOTSTRAP);
        return fixture;
    }

    /** Applies a configuration change and returns the node id that consensus gets: 0 when it had no effect. */
    long change(ConfChange.Kind kind, long member, String context) {
        return outcome(new ConfChange.Step(kind, member), context).change().steps().getFirst().nodeId();
    }

    /** Lets so many ticks of a tenth of a second go by. */
    void tick(int times) {
        for (int i = 0; i < times; i++) {
            node.tick(100_000_000);
        }
    }

    /** A row as text, or empty. */
    Optional<String> row(Bucket bucket, String key) {
        return node.saved().get(bucket, key.getBytes(StandardCharsets.UTF_8))
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }

    static String resource(String name) {
        try (var stream = Fixture.class.getResourceAsStream("/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static NodeConfig config(Compat compat) {
        return config(compat, Map.of());
    }

    static NodeConfig config(Compat compat, Map<String, String> flags) {
        List<URI> client = List.of(URI.create("http://localhost:2379"));
        List<URI> peer = List.of(URI.create("http://localhost:2380"));
        return new NodeConfig("default", Path.of("default.etcd"), Optional.empty(), new NodeConfig.Urls(client, client, peer, peer),
                new NodeConfig.Bootstrap(Map.of("default", peer), NodeConfig.Bootstrap.State.NEW, "etcd-cluster"),
                new NodeConfig.Timing(Duration.ofMillis(100), Duration.ofSeconds(1)),
                new NodeConfig.Limits(128, 1_572_864, 4_294_967_295L, Duration.ofSeconds(5), Duration.ofHours(2), Duration.ofSeconds(20)),
                new NodeConfig.Storage("memory", 2L << 30, 100_000, 5000, Duration.ofMillis(100), 10_000, 1 << 20, true, 5, 5),
                new NodeConfig.Compaction(Duration.ZERO, 0, 1000, Duration.ofMillis(10)),
                new NodeConfig.LeaseOptions(false, false, Duration.ofMinutes(5)),
                new NodeConfig.WatchOptions(Duration.ofMinutes(10)), compat, flags);
    }

    private record Ends(List<String> ends) implements NodeControl {

        @Override
        public void fail(String message) {
            ends.add("failed: " + message);
        }

        @Override
        public void finish(String message) {
            ends.add(message);
        }
    }

    /** Hands requests of the v2 API that are about the cluster on to it, and counts nothing. */
    private static final class RawRequests implements StateMachine, V2Port {

        @Override
        public String id() {
            return "v2store";
        }

        @Override
        public int order() {
            return 15;
        }

        @Override
        public Set<RequestKind> kinds() {
            return Set.of(RequestKind.V2);
        }

        @Override
        public Set<Bucket> buckets() {
            return Set.of();
        }

        @Override
        public void restore(EngineView view, Ports ports) {
        }

        @Override
        public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
            return context.ports().membership().applyV2(context, request.getV2());
        }

        @Override
        public long index() {
            return 0;
        }

        @Override
        public void mirrored(ApplyContext context, int changes) {
            // Counted by the tree, which is not here.
        }

        @Override
        public SortedMap<String, String> snapshotNodes() {
            return new TreeMap<>();
        }
    }

    /** A keyspace in which nothing was ever written. */
    private static final class EmptyKeyspace implements StateMachine, KeyspacePort {

        @Override
        public String id() {
            return "mvcc";
        }

        @Override
        public int order() {
            return 30;
        }

        @Override
        public Set<RequestKind> kinds() {
            return Set.of();
        }

        @Override
        public Set<Bucket> buckets() {
            return Set.of();
        }

        @Override
        public void restore(EngineView view, Ports ports) {
        }

        @Override
        public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
            throw new IllegalStateException("no kind is applied here");
        }

        @Override
        public long revision() {
            return 1;
        }

        @Override
        public long delete(ApplyContext context, List<ByteString> keys) {
            throw new IllegalStateException("nothing to delete");
        }
    }
}
