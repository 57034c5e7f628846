package io.tenon.chaos.fault;

import io.grpc.StatusRuntimeException;
import io.tenon.chaos.client.Rpc;
import io.tenon.chaos.member.Cluster;
import io.tenon.chaos.member.Member;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.DefragmentRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Does the steps of a schedule to a cluster, one after the other. One thread. */
public final class Nemesis {
    private static final long CALL_MILLIS = 5_000;
    private static final int SLOWEST_MILLIS = 300;
    private static final int STUTTERS = 10;

    private final Cluster cluster;
    private final Optional<SmallDisk> disk;
    private final LongSupplier mayCompactTo;
    private final Map<FaultKind, Integer> done = new EnumMap<>(FaultKind.class);
    private final List<String> crashes = new ArrayList<>();
    /** Members that may end by themselves in this step, and are ended in any case. */
    private final Set<Member> excused = new HashSet<>();

    /**
     * @param disk         of the first member, if it has one of its own
     * @param mayCompactTo revision up to which history may be forgotten now
     */
    public Nemesis(Cluster cluster, Optional<SmallDisk> disk, LongSupplier mayCompactTo) {
        this.cluster = cluster;
        this.disk = disk;
        this.mayCompactTo = mayCompactTo;
    }

    /** Does it, holds it, undoes it, and gives some peace. */
    public void run(Schedule.Step step) throws InterruptedException {
        int choice = step.choice();
        for (FaultKind kind : step.kinds()) {
            inflict(kind, choice, step.holdMillis());
            done.merge(kind, 1, Integer::sum);
            choice = choice / 7 + 1;
        }
        TimeUnit.MILLISECONDS.sleep(step.holdMillis());
        undo();
        TimeUnit.MILLISECONDS.sleep(step.restMillis());
    }

    private void inflict(FaultKind kind, int choice, int holdMillis) throws InterruptedException {
        Member chosen = pick(cluster.members(), choice);
        switch (kind) {
            case KILL -> chosen.kill();
            case KILL_LEADER -> leaderOr(chosen).kill();
            case KILL_ALL -> cluster.members().forEach(Member::kill);
            case RESTART -> chosen.stop();
            case PAUSE -> chosen.pause();
            case PAUSE_LEADER -> leaderOr(chosen).pause();
            case STUTTER -> stutter(chosen, holdMillis);
            case ISOLATE -> isolate(chosen);
            case ISOLATE_LEADER -> isolate(leaderOr(chosen));
            case HALVES -> halves(leaderOr(chosen));
            case MUTE_LEADER -> others(leaderOr(chosen)).forEach(other -> cut(leaderOr(chosen), other));
            case DEAF_LEADER -> deafen(leaderOr(chosen));
            case ONE_WAY -> cut(chosen, pick(others(chosen), choice / 5));
            case BRIDGE -> bridge(chosen);
            case SLOW_LINKS -> slow(1 + choice % SLOWEST_MILLIS);
            case MOVE_LEADER, COMPACT, DEFRAGMENT -> asked(kind, chosen, choice);
            case FULL_DISK -> fill();
            case CHURN -> churn(choice);
        }
    }

    /** What an operator asks a member for; it may well fail while other things are wrong. */
    private void asked(FaultKind kind, Member chosen, int choice) {
        try {
            if (kind == FaultKind.COMPACT) {
                compact(choice);
            } else if (kind == FaultKind.DEFRAGMENT) {
                chosen.client().call(Rpc.DEFRAGMENT, DefragmentRequest.getDefaultInstance(), CALL_MILLIS);
            } else {
                moveLeader(chosen);
            }
        } catch (StatusRuntimeException refused) {
            System.out.println("  " + kind + " was not done: " + refused.getMessage());
        }
    }

    private void moveLeader(Member to) {
        Optional<Member> leader = cluster.leader();
        Optional<Long> id = cluster.status(to).map(status -> status.getHeader().getMemberId());
        if (leader.isPresent() && id.isPresent() && !leader.get().equals(to)) {
            leader.get().client().call(Rpc.MOVE_LEADER,
                    io.tenon.wire.etcdserverpb.MoveLeaderRequest.newBuilder().setTargetID(id.get()).build(), CALL_MILLIS);
        }
    }

    private void compact(int choice) {
        long revision = mayCompactTo.getAsLong() - choice % 50;
        List<Member> running = cluster.running();
        if (revision > 1 && !running.isEmpty()) {
            pick(running, choice).client().call(Rpc.COMPACT,
                    CompactionRequest.newBuilder().setRevision(revision).setPhysical(choice % 2 == 0).build(), CALL_MILLIS);
        }
    }

    private Member leaderOr(Member other) {
        return cluster.leader().orElse(other);
    }

    private List<Member> others(Member member) {
        return cluster.members().stream().filter(other -> other != member).toList();
    }

    private static Member pick(List<Member> members, int choice) {
        return members.get(choice % members.size());
    }

    private void cut(Member from, Member to) {
        cluster.links().cut(from.name(), to.name());
    }

    private void part(Member one, Member other) {
        cut(one, other);
        cut(other, one);
    }

    private void isolate(Member member) {
        others(member).forEach(other -> part(member, other));
    }

    private void deafen(Member member) {
        others(member).forEach(other -> cut(other, member));
    }

    private void halves(Member leader) {
        List<Member> smaller = new ArrayList<>(List.of(leader));
        List<Member> larger = new ArrayList<>(others(leader));
        while (smaller.size() + 1 < larger.size()) {
            smaller.add(larger.removeFirst());
        }
        smaller.forEach(one -> larger.forEach(other -> part(one, other)));
    }

    private void bridge(Member bridge) {
        List<Member> others = others(bridge);
        List<Member> left = others.subList(0, others.size() / 2);
        List<Member> right = others.subList(others.size() / 2, others.size());
        left.forEach(one -> right.forEach(other -> part(one, other)));
    }

    private void slow(int delayMillis) {
        cluster.members().forEach(from -> others(from).forEach(to -> cluster.links().slow(from.name(), to.name(), delayMillis)));
    }

    private static void stutter(Member member, int holdMillis) throws InterruptedException {
        for (int times = 0; times < STUTTERS; times++) {
            member.pause();
            TimeUnit.MILLISECONDS.sleep(holdMillis / STUTTERS / 2);
            member.resume();
            TimeUnit.MILLISECONDS.sleep(holdMillis / STUTTERS / 2);
        }
    }

    private void fill() {
        disk.ifPresent(small -> {
            excused.add(cluster.members().getFirst());
            small.fill();
        });
    }

    /** Whoever has the small disk stays. */
    private void churn(int choice) {
        cluster.awaitServing();
        Member leaving = pick(cluster.members().stream().skip(disk.isPresent() ? 1 : 0).toList(), choice);
        cluster.remove(leaving);
        cluster.add(leaving.kind(), Cluster.Role.VOTER);
    }

    /** Everything is well again, or on its way there. */
    public void undo() {
        cluster.links().heal();
        disk.ifPresent(small -> {
            try {
                small.free();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        // Whoever met the full disk may be about to end, now or in a while; an operator who has made room starts it again.
        excused.forEach(Member::kill);
        excused.clear();
        for (Member member : cluster.members()) {
            member.resume();
            if (member.hasCrashed()) {
                crashes.add(member.name() + " (" + member.kind() + ") ended by itself; see " + member.log());
            }
            if (!member.isRunning()) {
                member.restart();
            }
        }
    }

    /** How often what was done. */
    public Map<FaultKind, Integer> done() {
        return Map.copyOf(done);
    }

    /** Members that ended although nobody ended them. */
    public List<String> crashes() {
        return List.copyOf(crashes);
    }
}
