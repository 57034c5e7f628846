package io.tenon.members;

import io.tenon.api.Refusal;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.storage.StorageEngine;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerLinks;
import io.tenon.spi.transport.PeerTransport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Three members, one clock, and a network that the test holds in its hands. */
final class HandCluster {
    static final String INITIAL = "a=http://localhost:1,b=http://localhost:2,c=http://localhost:3";
    private static final int MOST_ROUNDS = 20_000;

    final TreeMap<String, Member> members = new TreeMap<>();
    final List<Long> snapshotIndexes = new ArrayList<>();
    final List<String> refusals = new ArrayList<>();
    /** What happens to the stream of a snapshot on its way. */
    UnaryOperator<InputStream> wire = stream -> stream;
    /** What snapshots travel as. */
    Form form = Form.EXPORT;
    /** Snapshots wait in {@link #snapshots} while this is set. */
    boolean snapshotsHeld;
    final ArrayDeque<OutgoingSnapshot> snapshots = new ArrayDeque<>();
    private final TreeSet<String> cut = new TreeSet<>();
    private final ArrayDeque<Message> mail = new ArrayDeque<>();
    private final Member.Setting setting;
    private long nowNanos = 1_000_000;

    HandCluster(Path folder, StorageEngine engine) throws Exception {
        this(folder, engine, List.of("a", "b", "c"));
    }

    /** Of three members, only these are started. */
    HandCluster(Path folder, StorageEngine engine, List<String> names) throws Exception {
        setting = new Member.Setting(INITIAL, NodeConfig.Bootstrap.State.NEW, engine, () -> nowNanos, new Side());
        for (String name : names) {
            start(name, folder.resolve(name));
        }
    }

    Member start(String name, Path data) throws Exception {
        return started(new Member(name, data, setting));
    }

    /** Has a member crash while it starts, at a place of those that are put into the list. */
    Member startCrashing(String name, Path data, int crashAt, List<String> passed) throws Exception {
        Arrows arrows = Member.arrows(data);
        arrows.arm(crashAt);
        try {
            return started(new Member(name, data, setting, arrows));
        } finally {
            passed.addAll(arrows.passed());
        }
    }

    private Member started(Member member) {
        member.transport(new Hand(member.name));
        members.put(member.name, member);
        return member;
    }

    /** Starts a member that was added, with the flags that name it too. */
    Member join(String name, String cluster, Path data) throws Exception {
        Member member = new Member(name, data, setting.joining(cluster));
        member.transport(new Hand(name));
        members.put(name, member);
        return member;
    }

    /** Three members over copies of the data that three others left. */
    static HandCluster copyOf(Path base, Path folder, StorageEngine engine) throws Exception {
        Folders.copy(base, folder);
        return new HandCluster(folder, engine);
    }

    /** Ends all members in order. */
    void stop() {
        up().forEach(Member::stop);
        members.clear();
    }

    /** The member's process is gone. */
    void kill(String name) {
        members.remove(name);
    }

    void cut(String name) {
        cut.add(name);
    }

    void heal(String name) {
        cut.remove(name);
    }

    Member member(String name) {
        return members.get(name);
    }

    private List<Member> up() {
        return List.copyOf(members.values());
    }

    Member leader() {
        return up().stream().filter(member -> !cut.contains(member.name) && member.status().isLeader()).findFirst().orElseThrow();
    }

    boolean hasLeader() {
        return up().stream().anyMatch(member -> !cut.contains(member.name) && member.status().isLeader());
    }

    private boolean reaches(String from, long to) {
        return !cut.contains(from) && up().stream().anyMatch(member -> member.id() == to && !cut.contains(member.name));
    }

    /** Delivers what is under way and steps every member once; the time goes by a little. */
    void round() {
        nowNanos += Duration.ofMillis(5).toNanos();
        for (int left = mail.size(); left > 0; left--) {
            Message message = mail.remove();
            up().stream().filter(member -> member.id() == message.to() && !cut.contains(member.name))
                    .forEach(member -> guarded(member, () -> member.parts.snapshots().inbox().receive(message)));
        }
        for (int left = snapshotsHeld ? 0 : snapshots.size(); left > 0; left--) {
            deliver(snapshots.remove());
        }
        up().forEach(member -> guarded(member, member.host::round));
    }

    void advance(Duration time) {
        nowNanos += time.toNanos();
    }

    /** Lets time go by without a member missing a heartbeat. */
    void advanceSlowly(Duration time) {
        for (long end = nowNanos + time.toNanos(); nowNanos < end; ) {
            round();
        }
    }

    private void guarded(Member member, Runnable work) {
        try {
            work.run();
        } catch (Crash crash) {
            kill(member.name);
        }
    }

    void deliver(OutgoingSnapshot snapshot) {
        snapshot.ended(arrives(snapshot) ? SnapshotOutcome.DELIVERED : SnapshotOutcome.FAILED);
    }

    private boolean arrives(OutgoingSnapshot snapshot) {
        Member target = up().stream().filter(member -> member.id() == snapshot.message().to() && !cut.contains(member.name)).findFirst().orElse(null);
        if (target == null) {
            return false;
        }
        try {
            form.carry(snapshot, target.parts.snapshots().inbox(), wire);
            snapshotIndexes.add(snapshot.message().snapshot().index());
            return true;
        } catch (IOException refused) {
            refusals.add(refused.getMessage());
            return false;
        } catch (Crash crash) {
            kill(target.name);
            return false;
        }
    }

    void until(String what, BooleanSupplier holds) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            if (holds.getAsBoolean()) {
                return;
            }
            round();
        }
        throw new AssertionError("never: " + what + ", " + up().stream().map(member -> member.name + " applied " + member.applied() + " "
                + member.status() + member.failures).toList() + " " + refusals);
    }

    /** Puts this many rows, each answered before the next. */
    void fill(String prefix, int count) {
        for (int at = 0; at < count; at++) {
            String key = prefix + at;
            until("a leader", this::hasLeader);
            var reply = leader().put(key, "value of " + key + " ".repeat(500));
            until(key + " is put", reply::done);
        }
    }

    /** All members that are up have applied the same, and it is the same. */
    void converge() {
        until("all have applied the same", () -> hasLeader() && up().size() == 3
                && up().stream().allMatch(member -> member.applied() == leader().applied() && member.status().commit() == leader().status().commit()
                && member.applied() == member.status().commit()));
        int expected = leader().hash();
        for (Member member : up()) {
            if (member.hash() != expected) {
                throw new AssertionError(member.name + " has another hash than the leader at " + member.applied() + ": " + member.differences(leader()));
            }
        }
    }

    /** What this member has proposed reaches the leader, and then the member is cut off. */
    void roundWithoutAnswersTo(String name) {
        guarded(member(name), member(name).host::round);
        cut(name);
    }

    void fallBehindNow(String name) {
        long last = member(name).status().lastIndex();
        for (int turn = 0; turn < 50 && leader().parts.log().firstIndex() <= last + 1; turn++) {
            fill("during" + turn + "-", 20);
        }
        if (leader().parts.log().firstIndex() <= last + 1) {
            throw new AssertionError("the log goes back to " + leader().parts.log().firstIndex());
        }
        // What the log has given up the core learns with the next snapshot that the leader takes of its own.
        fill("more", 30);
    }

    /** A follower falls so far behind that the log has given up what it needs. */
    Member fallBehind(String name) {
        until("a leader", this::hasLeader);
        fill("before", 5);
        cut(name);
        until("another leader", () -> hasLeader() && !leader().name.equals(name));
        fallBehindNow(name);
        return member(name);
    }

    private final class Hand implements PeerTransport {
        private final String from;

        Hand(String from) {
            this.from = from;
        }

        @Override
        public String name() {
            return "hand";
        }

        @Override
        public int order() {
            return 1;
        }

        @Override
        public boolean reaches(long member) {
            return HandCluster.this.reaches(from, member);
        }

        @Override
        public void send(List<Message> messages) {
            mail.addAll(messages);
        }

        @Override
        public void sendSnapshot(OutgoingSnapshot snapshot) {
            snapshots.add(snapshot);
        }
    }

    /** Who is not cut off is connected, and answers on its peer port. */
    private final class Side implements Member.Network {

        @Override
        public PeerCalls calls(String from) {
            return (base, request, limit, reply) -> {
                Optional<Member> to = up().stream().filter(member -> member.peerUrl.equals(base) && reaches(from, member.id())).findFirst();
                if (to.isPresent()) {
                    to.get().endpoint.handle(request, reply);
                } else {
                    reply.refuse(Refusal.unknown("no answer from " + base));
                }
            };
        }

        @Override
        public PeerLinks links(String from) {
            return to -> HandCluster.this.reaches(from, to) ? OptionalLong.of(Long.MAX_VALUE) : OptionalLong.empty();
        }
    }
}
