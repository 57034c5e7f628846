package io.tenon.raft.simulation;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.confchange.ConfChangeCodec;
import io.tenon.raft.core.Behaviour;
import io.tenon.raft.core.CoreOptions;
import io.tenon.raft.core.CoreStart;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.Outbox;
import io.tenon.raft.core.RaftCore;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A member whose disk and state machine do one piece of work when the simulation says so, and which forgets the rest in a crash. */
final class SimulatedMember {
    static final int ELECTION_TICKS = 10;
    private static final CoreOptions.Limits LIMITS = new CoreOptions.Limits(200, 4, 0, 300, 2_000, 500, 0);

    /** What the world learns. */
    interface World {
        void send(Message message);

        void applied(long member, Entry entry);

        void answered(long member, Outbox.ReadState state);
    }

    private final long id;
    private final World world;
    private final Random random;
    private final Set<ElectionRule> rules;
    // What survives a crash.
    private final List<Entry> durable = new ArrayList<>();
    private HardState durableState = HardState.EMPTY;
    /** The state machine's state: its place and configuration; the data follows from the place. */
    private Snapshot checkpoint;
    private long firstIndex;
    // What does not.
    private RaftCore core;
    private final ArrayDeque<Outbox> stores = new ArrayDeque<>();
    private final ArrayDeque<Entry> toApply = new ArrayDeque<>();
    private final ArrayDeque<Outbox.Load> loads = new ArrayDeque<>();
    private Snapshot applied;

    SimulatedMember(long id, Snapshot start, World world, Random random) {
        this.id = id;
        this.world = world;
        this.random = random;
        checkpoint = start;
        firstIndex = start.index() + 1;
        rules = EnumSet.noneOf(ElectionRule.class);
        restart();
    }

    RaftCore core() {
        return core;
    }

    long applied() {
        return applied.index();
    }

    void changeRules(Set<ElectionRule> newRules) {
        rules.clear();
        rules.addAll(newRules);
        core.step(new Input.RulesChanged(Set.copyOf(newRules)));
    }

    /** Loses everything that was not durable. */
    void restart() {
        stores.clear();
        toApply.clear();
        loads.clear();
        applied = checkpoint;
        long last = durable.isEmpty() ? firstIndex - 1 : durable.getLast().index();
        long commit = Math.max(durableState.commit(), checkpoint.index());
        LogMark base = commit == checkpoint.index() ? new LogMark(checkpoint.term(), checkpoint.index())
                : new LogMark(entry(commit).term(), commit);
        List<Entry> tail = durable.stream().filter(entry -> entry.index() > commit).toList();
        if (commit > last) {
            throw new IllegalStateException("commit " + commit + " beyond durable " + last);
        }
        var state = new HardState(durableState.term(), durableState.vote(), commit);
        var options = new CoreOptions(id, ELECTION_TICKS, 1, random.nextLong(), LIMITS, Set.of(Behaviour.HAND_OUT_DURABLE_ONLY));
        Snapshot known = checkpoint.index() == 0 ? Snapshot.EMPTY : checkpoint;
        core = new RaftCore(options, new CoreStart(state, checkpoint.confState(), checkpoint.index(), firstIndex, base, tail, known, rules));
    }

    private Entry entry(long index) {
        return durable.get((int) (index - firstIndex));
    }

    /** Takes outboxes until there is nothing more to do. */
    void carryOut() {
        while (core.hasOutput()) {
            Outbox outbox = core.take();
            outbox.messages().forEach(world::send);
            toApply.addAll(outbox.committed());
            outbox.readStates().forEach(state -> world.answered(id, state));
            loads.addAll(outbox.loads());
            if (outbox.hasStore() || !outbox.whenDurable().isEmpty() || outbox.durable().isPresent()) {
                stores.add(outbox);
            }
        }
    }

    /** Makes the oldest store durable. */
    void sync() {
        if (stores.isEmpty()) {
            return;
        }
        Outbox store = stores.remove();
        store.snapshot().ifPresent(snapshot -> {
            durable.clear();
            toApply.clear();
            firstIndex = snapshot.index() + 1;
            checkpoint = snapshot;
            applied = snapshot;
        });
        for (Entry entry : store.entries()) {
            while (!durable.isEmpty() && durable.getLast().index() >= entry.index()) {
                durable.removeLast();
            }
            durable.add(entry);
        }
        store.hardState().ifPresent(state -> durableState = state);
        for (Message message : store.whenDurable()) {
            if (message.to() == id) {
                core.step(new Input.Receive(message));
            } else {
                world.send(message);
            }
        }
        store.durable().ifPresent(core::step);
    }

    /** Applies the oldest committed entry. */
    void applyOne() {
        if (toApply.isEmpty()) {
            return;
        }
        Entry entry = toApply.remove();
        if (entry.index() != applied.index() + 1) {
            throw new IllegalStateException("entry " + entry.index() + " to apply after " + applied.index());
        }
        if (entry.type() != EntryType.NORMAL) {
            core.step(new Input.ApplyConfChange(entry.index(), ConfChangeCodec.decode(entry.type(), entry.data())));
        }
        applied = new Snapshot(entry.index(), entry.term(), core.configurationAt(entry.index()).toConfState(), ByteString.EMPTY);
        world.applied(id, entry);
        // A snapshot that is being stored may have overtaken the state machine.
        if (entry.index() > core.applied()) {
            core.step(new Input.Applied(entry.index()));
        }
    }

    void loadOne() {
        if (loads.isEmpty()) {
            return;
        }
        Outbox.Load load = loads.remove();
        if (load.fromIndex() < firstIndex) {
            core.step(new Input.Loaded(load, List.of()));
            return;
        }
        int from = (int) (load.fromIndex() - firstIndex);
        int to = (int) Math.min(load.toIndex() - firstIndex, from + 1L + random.nextInt(5));
        core.step(new Input.Loaded(load, List.copyOf(durable.subList(from, to))));
    }

    /** Saves the state; the core may give it to others. */
    void checkpoint() {
        if (applied.index() > checkpoint.index()) {
            checkpoint = applied;
            core.step(new Input.SnapshotTaken(applied));
        }
    }

    /** Forgets entries that the checkpoint holds. */
    void compact() {
        long keep = checkpoint.index() - random.nextInt(5);
        if (keep >= firstIndex && keep <= core.applied()) {
            durable.removeIf(entry -> entry.index() <= keep);
            firstIndex = keep + 1;
            core.step(new Input.Compacted(keep));
        }
    }
}
