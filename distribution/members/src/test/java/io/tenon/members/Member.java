package io.tenon.members;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.NodeControl;
import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.kv.RangeResult;
import io.tenon.api.lease.Leases;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.auth.AuthMachine;
import io.tenon.cluster.ClusterEndpoint;
import io.tenon.cluster.ClusterMachine;
import io.tenon.cluster.Surroundings;
import io.tenon.cluster.database.EtcdDatabase;
import io.tenon.lease.LeaseMachine;
import io.tenon.mvcc.Mvcc;
import io.tenon.raft.driver.RaftProvider;
import io.tenon.runtime.bootstrap.FirstStart;
import io.tenon.runtime.node.Node;
import io.tenon.runtime.node.NodeParts;
import io.tenon.runtime.node.ProposalService;
import io.tenon.runtime.peer.Book;
import io.tenon.runtime.snapshot.Databases;
import io.tenon.runtime.storage.BucketHash;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.StorageEngine;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerEndpoint;
import io.tenon.spi.transport.PeerLinks;
import io.tenon.spi.transport.PeerTransport;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.v2store.V2StoreMachine;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** One member: a node of the real parts over a folder of the real disk. */
final class Member {
    final String name;
    final Path data;
    final Arrows arrows;
    final PieceHost host;
    final NodeParts parts;
    final List<String> failures = new ArrayList<>();
    final StorageEngine engine;
    final Databases databases;
    final Node node;
    final ClusterMachine cluster;
    /** Where the others call it, and what answers there. */
    final URI peerUrl;
    final PeerEndpoint endpoint;
    private final Mvcc mvcc;

    /** What all members of a cluster share. */
    record Setting(String initialCluster, NodeConfig.Bootstrap.State state, StorageEngine engine, LongSupplier clockNanos, Network network) {

        /** For a member that was added to the cluster. */
        Setting joining(String cluster) {
            return new Setting(cluster, NodeConfig.Bootstrap.State.EXISTING, engine, clockNanos, network);
        }
    }

    /** The way to other members beside Raft. */
    interface Network {

        PeerCalls calls(String member);

        PeerLinks links(String member);
    }

    static Arrows arrows(Path data) {
        return new Arrows(() -> Folders.copy(data, data.resolveSibling(data.getFileName() + "-crashed")));
    }

    Member(String name, Path data, Setting setting) throws Exception {
        this(name, data, setting, arrows(data));
    }

    Member(String name, Path data, Setting setting, Arrows arrows) throws Exception {
        this.name = name;
        this.data = data;
        this.arrows = arrows;
        host = new PieceHost(setting.clockNanos, arrows);
        engine = new CrashingEngine(setting.engine, arrows);
        NodeConfig config = Flags.parse(Map.of("name", name, "data-dir", data.toString(), "initial-cluster", setting.initialCluster,
                "initial-advertise-peer-urls", urlOf(setting.initialCluster, name), "snapshot-count", "20",
                "experimental-snapshot-catchup-entries", "5", "tenon-storage-engine", setting.engine.id(),
                "initial-cluster-state", setting.state.name().toLowerCase(Locale.ROOT)));
        peerUrl = config.urls().initialAdvertisePeer().getFirst();
        ProposalService asking = new ProposalService();
        mvcc = new Mvcc(asking, work -> {
            work.run();
            return true;
        }, absent(KeyValues.class), new Ends(failures), config);
        LeaseMachine lease = new LeaseMachine(asking, work -> {
            work.run();
            return true;
        }, absent(Leases.class), host, setting.network.calls(name), new Book(), config);
        cluster = new ClusterMachine(asking, config, new Surroundings(asking, setting.network.calls(name), setting.network.links(name), new Ends(failures)));
        endpoint = new ClusterEndpoint(config, asking, cluster, absent(Maintenance.class));
        Book book = new Book();
        databases = Databases.in(data.resolve("member").resolve("snap"));
        databases.form(Optional.of(new EtcdDatabase()));
        node = new Node(config, new Node.Ground(host, new Folders(data, arrows), () -> 1_000, () -> name.hashCode(),
                new FirstStart(() -> config, () -> Optional.of(setting.network.calls(name)), book), book, databases,
                failures::add));
        parts = node.start(new Node.Ingredients(new SmallSegments(), engine, new RaftProvider(),
                List.of(cluster, new V2StoreMachine(asking, config), lease, new AuthMachine(config), mvcc), Set.of()), made -> asking.node(Optional.of(made)));
    }

    private static String urlOf(String initialCluster, String name) {
        for (String member : initialCluster.split(",")) {
            if (member.startsWith(name + "=")) {
                return member.substring(name.length() + 1);
            }
        }
        throw new IllegalArgumentException(name);
    }

    /** Nothing is replaced here, so a slot is never asked. */
    private static <T> T absent(Class<T> slot) {
        return slot.cast(Proxy.newProxyInstance(slot.getClassLoader(), new Class<?>[] {slot}, (proxy, method, arguments) -> {
            throw new AssertionError(method);
        }));
    }

    void transport(PeerTransport transport) {
        parts.peers().transports(List.of(transport));
    }

    long id() {
        return parts.identity().memberId();
    }

    ConsensusStatus status() {
        return parts.consensus().get().orElseThrow().status();
    }

    long applied() {
        return parts.applyLoop().applied().index();
    }

    RecordedReply<Object> put(String key, String value) {
        RecordedReply<Object> reply = new RecordedReply<>();
        PutRequest put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFromUtf8(value)).build();
        parts.pipeline().propose(InternalRaftRequest.newBuilder().setPut(put).build(), reply);
        return reply;
    }

    RecordedReply<Object> propose(InternalRaftRequest request) {
        RecordedReply<Object> reply = new RecordedReply<>();
        parts.pipeline().propose(request, reply);
        return reply;
    }

    RecordedReply<RangeResult> read(String key, boolean serializable) {
        RecordedReply<RangeResult> reply = new RecordedReply<>();
        mvcc.range(RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setSerializable(serializable).build(),
                new CallContext(Runnable::run, ""), reply);
        return reply;
    }

    /** Hash of everything the member has, saved or not. */
    int hash() {
        Rows rows = parts.storage().rows();
        if (!rows.acquire()) {
            throw new AssertionError("no rows");
        }
        try {
            return BucketHash.of(rows, false);
        } finally {
            rows.release();
        }
    }

    /** What only one of two members has, as text. */
    List<String> differences(Member other) {
        List<String> mine = rows();
        List<String> theirs = other.rows();
        return Stream.concat(mine.stream().filter(row -> !theirs.contains(row)), theirs.stream().filter(row -> !mine.contains(row))).limit(10).toList();
    }

    private List<String> rows() {
        List<String> all = new ArrayList<>();
        Rows rows = parts.storage().rows();
        if (!rows.acquire()) {
            throw new AssertionError("no rows");
        }
        try {
            for (Bucket bucket : Bucket.values()) {
                rows.scan(bucket, new byte[0], new byte[0], (key, value) -> all.add(bucket + " " + new String(key, StandardCharsets.ISO_8859_1) + "="
                        + new String(value, StandardCharsets.ISO_8859_1)));
            }
        } finally {
            rows.release();
        }
        return all;
    }

    /** Ends it in order; what it has queued for the disk is written. */
    void stop() {
        parts.consensus().get().ifPresent(Consensus::close);
        parts.snapshots().letGo().ifPresent(Runnable::run);
        parts.storage().detach().ifPresent(Member::close);
        parts.log().close();
    }

    static void close(StorageCoordinator.Detached engine) {
        try {
            engine.close();
        } catch (EngineException failure) {
            throw new AssertionError(failure);
        }
    }

    /** The engine's folders that are there, by name. */
    List<String> folders() throws IOException {
        return new Folders(data, arrows).folders().stream().map(folder -> folder.getFileName().toString()).toList();
    }

    /** Databases that were received and are still there, by name. */
    List<String> receivedDatabases() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("member").resolve("snap"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".snap")).sorted().toList();
        }
    }

    /** A member that ends itself, for whatever reason, has failed its test. */
    private record Ends(List<String> failures) implements NodeControl {

        @Override
        public void fail(String message) {
            failures.add(message);
        }

        @Override
        public void finish(String message) {
            failures.add(message);
        }
    }
}
