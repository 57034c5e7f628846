package io.tenon.cluster;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.ConfChange;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** A cluster machine on a node in memory, whose proposals are applied at once. */
final class Fixture {
    static final String BOOTSTRAP = "{\"id\":10276657743932975437,\"peerURLs\":[\"http://localhost:2380\"],\"name\":\"default\"}";
    static final CallContext CALL = new CallContext(Runnable::run, "");

    final HandProposals proposals = new HandProposals();
    final ClusterMachine machine;
    final StateNode node;

    Fixture(Compat compat, MemoryTables tables) {
        machine = new ClusterMachine(proposals, config(compat));
        node = StateNode.start(tables, machine, new EmptyKeyspace());
        proposals.connect(node);
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
        AtomicReference<ConfChange> applied = new AtomicReference<>();
        ConfChange change = new ConfChange(true, 7, ConfChange.Transition.AUTO, List.of(new ConfChange.Step(kind, member)),
                ByteString.copyFromUtf8(context));
        node.within(apply -> applied.set(machine.applyConfChange(apply, change)));
        return applied.get().steps().getFirst().nodeId();
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
        List<URI> client = List.of(URI.create("http://localhost:2379"));
        List<URI> peer = List.of(URI.create("http://localhost:2380"));
        return new NodeConfig("default", Path.of("default.etcd"), Optional.empty(), new NodeConfig.Urls(client, client, peer, peer),
                new NodeConfig.Bootstrap(Map.of("default", peer), NodeConfig.Bootstrap.State.NEW, "etcd-cluster"),
                new NodeConfig.Timing(Duration.ofMillis(100), Duration.ofSeconds(1)),
                new NodeConfig.Limits(128, 1_572_864, 4_294_967_295L, Duration.ofSeconds(5), Duration.ofHours(2), Duration.ofSeconds(20)),
                new NodeConfig.Storage("memory", 2L << 30, 100_000, 5000, Duration.ofMillis(100), 10_000, 1 << 20, true, 5, 5),
                new NodeConfig.Compaction(Duration.ZERO, 0, 1000, Duration.ofMillis(10)),
                new NodeConfig.LeaseOptions(false, false, Duration.ofMinutes(5)),
                new NodeConfig.WatchOptions(Duration.ofMinutes(10)), compat, Map.of());
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
