package io.tenon.auth;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.AuthEnableRequest;
import io.tenon.wire.etcdserverpb.AuthUserAddRequest;
import io.tenon.wire.etcdserverpb.AuthUserGrantRoleRequest;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.RequestHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** An auth machine on a node in memory, with an empty keyspace. */
final class AuthNode {
    static final Duration TTL = Duration.ofSeconds(300);

    final AuthMachine machine = new AuthMachine(TTL);
    final StateNode node;

    AuthNode(MemoryTables tables) {
        node = StateNode.start(tables, machine, new EmptyKeyspace());
    }

    AuthNode() {
        this(new MemoryTables());
    }

    /** A store with root and bob, and auth on. */
    static AuthNode enabled() {
        AuthNode node = new AuthNode();
        node.apply(InternalRaftRequest.newBuilder().setAuthUserAdd(user("root", "r")));
        node.apply(InternalRaftRequest.newBuilder().setAuthUserAdd(user("bob", "b")));
        node.apply(InternalRaftRequest.newBuilder().setAuthUserGrantRole(AuthUserGrantRoleRequest.newBuilder().setUser("root").setRole("root")));
        node.apply(InternalRaftRequest.newBuilder().setAuthEnable(AuthEnableRequest.getDefaultInstance()));
        return node;
    }

    static AuthUserAddRequest user(String name, String password) {
        return AuthUserAddRequest.newBuilder().setName(name).setHashedPassword(hash(password)).build();
    }

    static String hash(String password) {
        return Base64.getEncoder().encodeToString(("hash of " + password).getBytes(StandardCharsets.UTF_8));
    }

    /** As the applier does it: the check, then the change. */
    Object apply(InternalRaftRequest.Builder request) {
        InternalRaftRequest entry = request.build();
        AtomicReference<Object> answer = new AtomicReference<>();
        check(entry);
        answer.set(node.apply(entry));
        return answer.get();
    }

    Object applyAs(String user, InternalRaftRequest.Builder request) {
        return apply(request.setHeader(header(user)));
    }

    void check(InternalRaftRequest entry) {
        node.within(context -> machine.check(context, StateNode.kindOf(entry), entry));
    }

    /** As a member logs it that has checked the user now. */
    RequestHeader header(String user) {
        return RequestHeader.newBuilder().setUsername(user).setAuthRevision(revision()).build();
    }

    long revision() {
        return machine.handOver().map(handover -> (List<?>) ((List<?>) handover.content()).get(0)).orElseThrow().stream()
                .map(row -> (List<?>) row).filter(row -> new String((byte[]) row.get(1), StandardCharsets.UTF_8).equals("authRevision"))
                .mapToLong(row -> AuthRow.readRevision((byte[]) row.get(2))).findFirst().orElseThrow();
    }

    String row(Bucket bucket, String key) {
        return node.saved().get(bucket, AuthRow.key(key)).map(value -> java.util.HexFormat.of().formatHex(value)).orElse("none");
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
