package io.tenon.bench;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.tenon.wire.etcdserverpb.MemberAddRequest;
import io.tenon.wire.etcdserverpb.MemberAddResponse;
import io.tenon.wire.etcdserverpb.MemberRemoveRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three members of the etcd family that this process starts, with nothing but etcd's flags and defaults, on loopback. One thread. */
final class ClusterUnderTest implements AutoCloseable {
    static final long ELECTION_TIMEOUT_MILLIS = 1_000;
    private static final int MEMBERS = 3;
    private static final long PATIENCE_SECONDS = 120;
    private static final long LOOK_MILLIS = 20;
    private static final MethodDescriptor<byte[], byte[]> ADD = Methods.unary("etcdserverpb.Cluster", "MemberAdd");
    private static final MethodDescriptor<byte[], byte[]> REMOVE = Methods.unary("etcdserverpb.Cluster", "MemberRemove");

    private final String name;
    private final String program;
    private final Path folder;
    private final List<ClusterMember> members = new ArrayList<>();
    private int named;

    /** @param text {@code NAME=COMMAND} */
    ClusterUnderTest(String text) throws IOException {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException("--server " + text + " is not NAME=COMMAND");
        }
        name = text.substring(0, equals);
        program = text.substring(equals + 1);
        folder = Files.createTempDirectory("tenon-bench-" + name);
    }

    /** Something that may hold after a while. */
    interface Condition {
        boolean holds() throws Exception;
    }

    String name() {
        return name;
    }

    /** Starts three members and waits until all serve. */
    void start() throws Exception {
        for (int number = 0; number < MEMBERS; number++) {
            place();
        }
        for (ClusterMember member : members) {
            member.start(program, initialCluster(), "new");
        }
        awaitAll();
    }

    private ClusterMember place() throws IOException {
        String memberName = "m" + ++named;
        ClusterMember member = new ClusterMember(memberName, folder.resolve(memberName));
        members.add(member);
        return member;
    }

    private String initialCluster() {
        return members.stream().map(member -> member.name() + "=" + member.peerUrl()).collect(Collectors.joining(","));
    }

    /** A member that joins now; its process has just been started. */
    ClusterMember add() throws Exception {
        ClusterMember via = leader();
        ClusterMember member = place();
        MemberAddResponse.parseFrom(via.connection().await(ADD, MemberAddRequest.newBuilder().addPeerURLs(member.peerUrl()).build().toByteArray()));
        member.start(program, initialCluster(), "existing");
        return member;
    }

    /** Takes a member out of the cluster and ends it. */
    void remove(ClusterMember member) throws Exception {
        long id = member.status().orElseThrow().getHeader().getMemberId();
        members.remove(member);
        leader().connection().await(REMOVE, MemberRemoveRequest.newBuilder().setID(id).build().toByteArray());
        member.close();
    }

    ClusterMember leader() throws Exception {
        ClusterMember[] found = new ClusterMember[1];
        await("a leader", () -> {
            for (ClusterMember member : members) {
                if (member.isAlive() && member.leads()) {
                    found[0] = member;
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    List<ClusterMember> members() {
        return List.copyOf(members);
    }

    List<ClusterMember> followers() throws Exception {
        ClusterMember leader = leader();
        return members.stream().filter(member -> member != leader).toList();
    }

    /** Waits until every member answers a linearizable read. */
    void awaitAll() throws Exception {
        byte[] read = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("ready")).build().toByteArray();
        for (ClusterMember member : members) {
            await(member.name() + " to serve", () -> member.status().filter(status -> status.getLeader() != 0).isPresent());
            member.connection().await(RangeCommand.RANGE, read);
        }
    }

    void await(String what, Condition condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            for (ClusterMember member : members) {
                if (!member.isAlive() && System.nanoTime() - until > 0) {
                    throw new IllegalStateException(name + ": " + member.name() + " does not run; see " + member.log());
                }
            }
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException(name + ": waited " + PATIENCE_SECONDS + " s for " + what + "; logs are in " + folder);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        members.forEach(ClusterMember::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
