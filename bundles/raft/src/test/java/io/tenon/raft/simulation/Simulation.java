package io.tenon.raft.simulation;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.ConfChange.Transition;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.raft.confchange.ConfChangeCodec;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.Outbox;
import io.tenon.raft.core.StepResult;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A cluster, a network and disks that one seed decides. After each step the promises of Raft hold: one leader a term, one vote a term, one
 * entry a place, and a read sees everything that was applied anywhere before it was asked for.
 */
final class Simulation implements SimulatedMember.World {
    private static final int MEMBERS = 5;
    private static final int VOTERS = 3;
    private static final int MOST_IN_FLIGHT = 200;
    private static final int MOST_DELIVERIES_A_TICK = 20_000;

    private final Random random;
    private final int changing;
    private final List<SimulatedMember> members = new ArrayList<>();
    private final List<Message> network = new ArrayList<>();
    private final Map<Long, Entry> applied = new HashMap<>();
    private final Map<Long, Long> leaders = new HashMap<>();
    private final Map<List<Long>, Long> votes = new HashMap<>();
    /** By context: the highest index that was applied anywhere when the read was asked for. */
    private final Map<ByteString, Long> reads = new HashMap<>();
    private long highestApplied;
    private long nextContext;
    private int cutOff;
    int readsAnswered;
    int configurationsApplied;

    /** Which members may be changed. */
    enum Changing {
        /** All but one. A cluster may then end where nobody can lead, as etcd's can: members that know of their removal do not campaign, and
         * hold entries that the others, who still need their votes, do not hold. */
        ALL_BUT_ONE,
        /** Those that began outside: the first three can always go on. */
        LATE_COMERS
    }

    Simulation(long seed, Changing changing) {
        random = new Random(seed);
        this.changing = changing == Changing.ALL_BUT_ONE ? MEMBERS - 1 : MEMBERS - VOTERS;
        // Who joins later knows nothing, and gets the first configuration with a snapshot.
        var start = new Snapshot(1, 1, ConfState.ofVoters(List.of(1L, 2L, 3L)), ByteString.EMPTY);
        for (long id = 1; id <= MEMBERS; id++) {
            members.add(new SimulatedMember(id, id <= VOTERS ? start : Snapshot.EMPTY, this, new Random(random.nextLong())));
        }
    }

    long highestApplied() {
        return highestApplied;
    }

    int terms() {
        return leaders.size();
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            SimulatedMember member = members.get(random.nextInt(MEMBERS));
            act(member);
            member.carryOut();
            check();
        }
    }

    private void act(SimulatedMember member) {
        switch (random.nextInt(200)) {
            case 0 -> member.restart();
            case 1 -> member.checkpoint();
            case 2 -> member.compact();
            case 3 -> proposeConfChange(member);
            case 4 -> member.core().step(new Input.TransferLeader(1L + random.nextInt(MEMBERS)));
            case 5 -> member.changeRules(someRules());
            case 6 -> cutOff = random.nextInt(1 << MEMBERS);
            case 7 -> cutOff = 0;
            case 8 -> member.core().step(new Input.ReportUnreachable(1L + random.nextInt(MEMBERS)));
            case 9 -> member.core().step(new Input.ForgetLeader());
            default -> work(member);
        }
    }

    private void work(SimulatedMember member) {
        switch (random.nextInt(16)) {
            case 0 -> member.core().step(new Input.Tick());
            case 1 -> member.core().step(new Input.Propose(List.of(payload(), payload())));
            case 2 -> read(member);
            case 3, 4, 5 -> member.sync();
            case 6, 7, 8 -> member.applyOne();
            case 9 -> member.loadOne();
            default -> deliverOne();
        }
    }

    private ByteString payload() {
        return ByteString.copyFrom(new byte[random.nextInt(60)]);
    }

    private EnumSet<ElectionRule> someRules() {
        var rules = EnumSet.noneOf(ElectionRule.class);
        if (random.nextBoolean()) {
            rules.add(ElectionRule.POLL_BEFORE_CAMPAIGN);
            rules.add(ElectionRule.ANSWER_STALE_LEADER);
        }
        if (random.nextBoolean()) {
            rules.addAll(EnumSet.complementOf(EnumSet.of(ElectionRule.POLL_BEFORE_CAMPAIGN)));
        }
        return rules;
    }

    private void proposeConfChange(SimulatedMember member) {
        var steps = new ArrayList<Step>();
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            steps.add(new Step(kind, MEMBERS - random.nextInt(changing)));
        }
        Transition transition = steps.isEmpty() ? Transition.AUTO : Transition.values()[random.nextInt(3)];
        var change = new ConfChange(false, 0, transition, steps, ByteString.EMPTY);
        member.core().step(new Input.ProposeConfChange(ConfChangeCodec.typeOf(change), ConfChangeCodec.encode(change)));
    }

    private void read(SimulatedMember member) {
        ByteString context = ByteString.copyFromUtf8("read-" + nextContext++);
        reads.put(context, highestApplied);
        if (member.core().step(new Input.ReadIndex(context)) != StepResult.TAKEN) {
            reads.remove(context);
        }
    }

    private void deliverOne() {
        if (network.isEmpty()) {
            return;
        }
        Message message = network.remove(random.nextInt(network.size()));
        if (random.nextInt(20) == 0) {
            network.add(message);
        }
        boolean cut = (cutOff >> message.to() - 1 & 1) != (cutOff >> message.from() - 1 & 1);
        if (!cut && random.nextInt(20) > 0) {
            deliver(message);
        } else {
            report(message, SnapshotOutcome.FAILED);
        }
    }

    /** What a transport does: it knows what became of a snapshot. */
    private void report(Message message, SnapshotOutcome outcome) {
        if (message.type() == MessageType.SNAPSHOT) {
            members.get((int) message.from() - 1).core().step(new Input.ReportSnapshot(message.to(), outcome));
        }
    }

    private void deliver(Message message) {
        SimulatedMember to = members.get((int) message.to() - 1);
        to.core().step(new Input.Receive(message));
        to.carryOut();
        report(message, SnapshotOutcome.DELIVERED);
    }

    /** All disks work, no message is lost, everyone applies: whoever is a member must end with the same log. */
    void heal() {
        cutOff = 0;
        // With them, members that do not know that they were removed disturb nobody.
        members.forEach(member -> member.changeRules(EnumSet.allOf(ElectionRule.class)));
        for (int round = 0; round < 400; round++) {
            for (SimulatedMember member : members) {
                member.core().step(new Input.Tick());
                settle(member);
            }
            int deliveries = 0;
            while (!network.isEmpty()) {
                Message message = network.removeFirst();
                require(++deliveries < MOST_DELIVERIES_A_TICK, "messages without end, like " + message);
                deliver(message);
                settle(members.get((int) message.to() - 1));
                check();
            }
        }
    }

    private static void settle(SimulatedMember member) {
        for (int i = 0; i < 20; i++) {
            member.carryOut();
            member.sync();
            member.applyOne();
            member.loadOne();
            // A snapshot that is older than the change which added a peer is of no use to it; state machines make newer ones.
            member.checkpoint();
        }
        member.carryOut();
    }

    /** The leader's view of who takes part. */
    List<SimulatedMember> membersOf(SimulatedMember leader) {
        return leader.core().configuration().members().stream().map(id -> members.get((int) (id - 1))).toList();
    }

    List<SimulatedMember> leaders() {
        List<SimulatedMember> leading = members.stream().filter(member -> member.core().status().isLeader()).toList();
        long highest = leading.stream().mapToLong(member -> member.core().status().term()).max().orElse(0);
        return leading.stream().filter(member -> member.core().status().term() == highest).toList();
    }

    /** How the members stand, for failures. */
    @Override
    public String toString() {
        return members.stream().map(member -> "\n" + member.core().status() + " applied " + member.applied() + " "
                + member.core().configuration()).collect(Collectors.joining());
    }

    // --- What must hold.

    private void check() {
        for (SimulatedMember member : members) {
            var status = member.core().status();
            if (status.isLeader()) {
                Long other = leaders.putIfAbsent(status.term(), status.id());
                require(other == null || other == status.id(), "term " + status.term() + " has leaders " + other + " and " + status.id());
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    @Override
    public void send(Message message) {
        if (message.type() == MessageType.VOTE_RESPONSE && !message.reject()) {
            Long other = votes.putIfAbsent(List.of(message.from(), message.term()), message.to());
            require(other == null || other == message.to(), message.from() + " voted for " + other + " and " + message.to());
        }
        network.add(message);
        if (network.size() > MOST_IN_FLIGHT) {
            report(network.removeFirst(), SnapshotOutcome.FAILED);
        }
    }

    @Override
    public void applied(long member, Entry entry) {
        Entry other = applied.putIfAbsent(entry.index(), entry);
        require(other == null || other.equals(entry), "at " + entry.index() + " " + member + " applied " + entry + " and others " + other);
        highestApplied = Math.max(highestApplied, entry.index());
        configurationsApplied += entry.type() == EntryType.NORMAL ? 0 : 1;
    }

    @Override
    public void answered(long member, Outbox.ReadState state) {
        Long seen = reads.remove(state.context());
        if (seen != null) {
            readsAnswered++;
            require(state.index() >= seen, "read of " + member + " at " + state.index() + " although " + seen + " was applied before it");
        }
    }
}
