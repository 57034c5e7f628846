package io.tenon.chaos.member;

import io.grpc.StatusRuntimeException;
import io.tenon.chaos.client.Rpc;
import io.tenon.chaos.proxy.Links;
import io.tenon.chaos.proxy.PeerProxy;
import io.tenon.wire.etcdserverpb.MemberAddRequest;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberRemoveRequest;
import io.tenon.wire.etcdserverpb.MoveLeaderRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.StatusRequest;
import io.tenon.wire.etcdserverpb.StatusResponse;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Members on loopback that form one cluster, each behind a proxy of its peer port. One thread changes it, any may look. Whatever it started
 * ends when it is closed, or with the JVM.
 */
public final class Cluster implements AutoCloseable {
    private static final long CALL_MILLIS = 5_000;
    private static final long ASK_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 50;
    /** For whatever needs every member or a leader. */
    private static final long PATIENCE_SECONDS = 90;

    private final Path folder;
    private final List<String> flags;
    private final Links links = new Links();
    private final Map<String, PeerProxy> proxies = new ConcurrentHashMap<>();
    private final List<Member> members = new CopyOnWriteArrayList<>();
    /** Voters that have answered and are to stay: whom clients are told of. */
    private final List<Member> inService = new CopyOnWriteArrayList<>();
    private final Thread atExit = new Thread(() -> members().forEach(Member::kill));
    private int named;

    /** How a member joins. */
    public enum Role {
        VOTER,
        LEARNER
    }

    /**
     * @param folder that is empty and stays the caller's
     * @param flags  of etcd that all members get
     */
    public Cluster(Path folder, List<String> flags) {
        this.folder = folder;
        this.flags = List.copyOf(flags);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts these members as a new cluster and waits until all of them serve. */
    public void start(List<MemberKind> kinds) {
        List<Member> first = kinds.stream().map(this::place).toList();
        for (Member member : first) {
            member.start(flags(first, "new"));
        }
        awaitServing();
    }

    private Member place(MemberKind kind) {
        String name = "m" + ++named;
        List<Integer> ports = Ports.free(3);
        Member member = new Member(name, kind, folder.resolve(name), new Member.Addresses(ports.get(0), ports.get(1), ports.get(2)));
        proxies.put(name, new PeerProxy(name, ports.get(2), ports.get(1), links));
        members.add(member);
        return member;
    }

    private List<String> flags(List<Member> initial, String state) {
        List<String> all = new ArrayList<>(List.of("--initial-cluster",
                initial.stream().map(member -> member.name() + "=" + member.peerUrl()).collect(Collectors.joining(",")),
                "--initial-cluster-state", state, "--initial-cluster-token", "chaos-" + folder.getFileName()));
        all.addAll(flags);
        return all;
    }

    /** Adds a member through the API of another, starts it, and waits until it serves. */
    public Member add(MemberKind kind, Role role) {
        MemberAddRequest.Builder request = MemberAddRequest.newBuilder().setIsLearner(role == Role.LEARNER);
        Member member = place(kind);
        try {
            retried("member add", via -> via.client().call(Rpc.ADD, request.clearPeerURLs().addPeerURLs(member.peerUrl()).build(), CALL_MILLIS),
                    () -> listed(member).isPresent());
        } catch (StuckCluster refused) {
            forget(member);
            throw refused;
        }
        learnIds();
        member.start(flags(members.stream().filter(one -> listed(one).isPresent()).toList(), "existing"));
        awaitAnswer(member);
        return member;
    }

    /** Makes a learner a voter, when it has caught up. */
    public void promote(Member member) {
        long id = id(member);
        retried("promotion", via -> via.client().call(Rpc.PROMOTE, MemberPromoteRequest.newBuilder().setID(id).build(), CALL_MILLIS),
                () -> listed(member).filter(one -> !one.getIsLearner()).isPresent());
        awaitServing();
    }

    /** Removes a member through the API of another and ends its process. */
    public void remove(Member member) {
        long id = id(member);
        inService.remove(member);
        retried("member remove", via -> {
            if (via != member) {
                via.client().call(Rpc.REMOVE, MemberRemoveRequest.newBuilder().setID(id).build(), CALL_MILLIS);
            }
        }, () -> memberList().stream().noneMatch(one -> one.getID() == id));
        member.stop();
        forget(member);
    }

    private void forget(Member member) {
        members.remove(member);
        inService.remove(member);
        member.close();
        try {
            proxies.remove(member.name()).close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private interface Attempt {
        void by(Member via);
    }

    /** Tries by one running member after the other until the effect is there: an attempt that failed may have had it. */
    private void retried(String what, Attempt attempt, BooleanSupplier done) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String last = "";
        while (System.nanoTime() - until < 0) {
            for (Member via : running()) {
                try {
                    attempt.by(via);
                } catch (StatusRuntimeException refused) {
                    last = via.name() + ": " + refused.getMessage();
                }
                try {
                    if (done.getAsBoolean()) {
                        return;
                    }
                } catch (StatusRuntimeException unknown) {
                    last = last + "; " + unknown.getMessage();
                }
            }
            pause(LOOK_MILLIS * 4);
        }
        throw new StuckCluster(what + " not within " + PATIENCE_SECONDS + " s: " + last);
    }

    /** Moves the leadership here and waits until it is. */
    public void lead(Member member) {
        long id = id(member);
        retried("moving the leader to " + member.name(), via -> {
            if (leader().filter(via::equals).isPresent() && via != member) {
                via.client().call(Rpc.MOVE_LEADER, MoveLeaderRequest.newBuilder().setTargetID(id).build(), CALL_MILLIS);
            }
        }, () -> leader().filter(member::equals).isPresent());
    }

    /** The running member that says of itself that it leads, in the highest term. */
    public Optional<Member> leader() {
        Map<Member, StatusResponse> leaders = new LinkedHashMap<>();
        for (Member member : running()) {
            status(member).filter(status -> status.getLeader() == status.getHeader().getMemberId())
                    .ifPresent(status -> leaders.put(member, status));
        }
        return leaders.entrySet().stream().max(Map.Entry.comparingByValue((one, other) -> Long.compare(one.getRaftTerm(), other.getRaftTerm())))
                .map(Map.Entry::getKey);
    }

    /** What a member says of itself, if it answers soon. */
    public Optional<StatusResponse> status(Member member) {
        try {
            return Optional.of(member.client().call(Rpc.STATUS, StatusRequest.getDefaultInstance(), ASK_MILLIS));
        } catch (StatusRuntimeException silent) {
            return Optional.empty();
        }
    }

    private Optional<io.tenon.wire.etcdserverpb.Member> listed(Member member) {
        return memberList().stream().filter(one -> one.getPeerURLsList().contains(member.peerUrl())).findFirst();
    }

    /** The members as the cluster has agreed on them. */
    public List<io.tenon.wire.etcdserverpb.Member> memberList() {
        StatusRuntimeException last = io.grpc.Status.UNAVAILABLE.withDescription("no member runs").asRuntimeException();
        for (Member member : running()) {
            try {
                return member.client().call(Rpc.MEMBERS, MemberListRequest.newBuilder().setLinearizable(true).build(), ASK_MILLIS).getMembersList();
            } catch (StatusRuntimeException next) {
                last = next;
            }
        }
        throw last;
    }

    /** Its id in the cluster. */
    public long id(Member member) {
        long[] id = new long[1];
        await("the id of " + member.name(), () -> {
            id[0] = listed(member).map(io.tenon.wire.etcdserverpb.Member::getID).orElse(0L);
            return id[0] != 0;
        });
        return id[0];
    }

    /** Tells the proxies whose requests are whose. */
    private void learnIds() {
        await("the ids of the members", () -> {
            for (io.tenon.wire.etcdserverpb.Member listed : memberList()) {
                members.stream().filter(one -> listed.getPeerURLsList().contains(one.peerUrl()))
                        .forEach(one -> links.know(listed.getID(), one.name()));
            }
            return true;
        });
    }

    /** Heals all ways, wakes and starts every member, and waits until each answers linearizable reads. */
    public void recover() {
        links.heal();
        for (Member member : members) {
            member.resume();
            if (!member.isRunning()) {
                member.restart();
            }
        }
        awaitServing();
    }

    /** Waits until every member answers a linearizable read. */
    public void awaitServing() {
        members.forEach(this::awaitAnswer);
        learnIds();
    }

    /** Waits until the member reads by a quorum; a learner, which may not, until it knows a leader. */
    public void awaitAnswer(Member member) {
        await(member.name() + " to serve; see " + member.log(), () -> {
            if (!member.isRunning()) {
                throw new StuckCluster(member.name() + " has ended; see " + member.log());
            }
            member.client().connectNow();
            Optional<StatusResponse> status = status(member);
            if (status.isPresent() && status.get().getIsLearner()) {
                return status.get().getLeader() != 0;
            }
            member.client().call(Rpc.RANGE, RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("ready")).build(), ASK_MILLIS);
            if (!inService.contains(member)) {
                inService.add(member);
            }
            return status.isPresent();
        });
    }

    /** Waits for a condition; one that fails with a status does not hold. */
    public static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String last = "";
        while (System.nanoTime() - until < 0) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (StatusRuntimeException notYet) {
                last = ": " + notYet.getMessage();
            }
            pause(LOOK_MILLIS);
        }
        throw new StuckCluster("waited " + PATIENCE_SECONDS + " s for " + what + last);
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StuckCluster("interrupted");
        }
    }

    public List<Member> members() {
        return List.copyOf(members);
    }

    /** Whom clients may talk to, dead or alive: voters that have served, until they are about to be removed. */
    public List<Member> inService() {
        return List.copyOf(inService);
    }

    /** Those whose process runs and does not stand still. */
    public List<Member> running() {
        return members.stream().filter(member -> member.isRunning() && !member.isPaused()).toList();
    }

    public Links links() {
        return links;
    }

    @Override
    public void close() {
        List.copyOf(members).forEach(this::forget);
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
