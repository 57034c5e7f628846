package io.tenon.runtime.apply;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.RefusedException;
import io.tenon.api.Reply;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.runtime.proposal.Pending;
import io.tenon.runtime.proposal.ProposalPipeline;
import io.tenon.runtime.proposal.RequestCodec;
import io.tenon.runtime.proposal.RequestKinds;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.consensus.CommitSink;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.Rows;
import io.tenon.spi.state.StateMachine;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of replicated state in memory. Applies committed entries in order, publishes what readers see once per batch, and only
 * then answers, so that whoever has an answer also reads what it says.
 *
 * <p>The loop pauses before an entry while a state machine or the engine is missing, while too much is unsaved, or while consensus applies a changed
 * configuration. It never skips one: {@code applied} grows by one with each entry.
 */
public final class ApplyLoop implements Loop, CommitSink {
    private static final Logger LOG = LoggerFactory.getLogger(ApplyLoop.class);
    /** Lists of committed entries that may wait. */
    private static final int MOST_LISTS = 256;
    /** Pieces of work from other threads that may wait. */
    private static final int MOST_TASKS = 131_072;
    /** Of these, what clients may fill: the rest is for work that may not be lost. */
    private static final int MOST_REFUSABLE_TASKS = 16_384;
    private static final int TASKS_A_STEP = 8_192;
    private static final int ENTRIES_A_STEP = 4_096;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Machines machines;
    private final StorageCoordinator storage;
    private final ProposalPipeline pipeline;
    private final ReadWaits reads;
    private final EntryContext context;
    private final Inbox<Runnable> tasks = new Inbox<>(MOST_TASKS);
    private final Inbox<List<Entry>> committed = new Inbox<>(MOST_LISTS);
    private final Answers answers = new Answers();

    private volatile Optional<Consensus> consensus = Optional.empty();
    private volatile LogMark applied;
    private List<Entry> current = List.of();
    private int next;
    /** Written by this loop alone. */
    private volatile boolean paused = true;
    /** The state is being replaced by a snapshot; of these two, one belongs to the snapshot and one to the replacement of bundles. */
    private volatile boolean replacing;
    /** Entries up to here were overtaken by a snapshot. */
    private long overtaken;
    /**
     * Index of the newest snapshot that consensus told of. Written before anything behind the snapshot is handed over: whoever takes that out
     * sees it, also in mid-step, and waits for {@link #replaced}.
     */
    private volatile long announced;
    private boolean awaitingConfState;
    private boolean stale;
    private long complainedAbout;
    private long tickAtNanos;
    private long nowNanos;
    /** The term in which this member leads, as the machines know it. */
    private OptionalLong ledTerm = OptionalLong.empty();
    private LongConsumer onTick = now -> { };
    private Consumer<MembershipPort> onMembers = members -> { };
    private Consumer<Snapshot> onSnapshot = snapshot -> {
        throw new IllegalStateException("snapshot at " + snapshot.index() + " from a leader, but nothing here installs it");
    };

    /** @param headers a complete response header for a revision */
    public ApplyLoop(Machines machines, StorageCoordinator storage, ProposalPipeline pipeline, Timing timing) {
        this.machines = machines;
        this.storage = storage;
        this.pipeline = pipeline;
        applied = timing.applied();
        reads = new ReadWaits(this::mustRun, timing.readTimeoutNanos(), timing.clockNanos());
        context = new EntryContext(storage, machines, timing.headers());
    }

    /**
     * @param applied    where the state machines stand
     * @param clockNanos the host's clock, for calls from other threads
     */
    public record Timing(LogMark applied, long readTimeoutNanos, LongSupplier clockNanos, LongFunction<ResponseHeader> headers) {
    }

    public void attachedTo(LoopHandle handle) {
        tasks.onOffer(handle::wake);
        committed.onOffer(handle::wake);
    }

    /** Adds what is called with the time at every tick of an unpaused loop. Before the loop is stepped. */
    public void onTick(LongConsumer tick) {
        onTick = onTick.andThen(tick);
    }

    /** Shown the membership after each batch, changed or not; on this loop. Set before the loop is stepped. */
    public void onMembers(Consumer<MembershipPort> reader) {
        onMembers = reader;
    }

    /** Told of a snapshot that takes the place of the state, on this loop. Set before the loop is stepped. */
    public void onSnapshot(Consumer<Snapshot> installer) {
        onSnapshot = installer;
    }

    /** Any thread. */
    public void consensus(Optional<Consensus> now) {
        consensus = now;
    }

    /** Place of the last applied entry; any thread. */
    public LogMark applied() {
        return applied;
    }

    /** Committed entries that wait to be applied; those that wait for the replacement of a bundle do not count. Any thread. */
    public long entriesBehind() {
        return stopped() || !storage.attached() ? 0 : consensus.map(now -> now.status().commit() - applied.index()).orElse(0L);
    }

    /** Runs work between entries, also while the loop is paused. False when too much waits. Any thread. */
    public boolean run(Runnable work) {
        return tasks.size() < MOST_REFUSABLE_TASKS && tasks.offer(work);
    }

    /** As {@link #run}, for work that is bounded by something else and may not be lost. */
    public void mustRun(Runnable work) {
        if (!tasks.offer(work)) {
            throw new IllegalStateException("apply loop has " + tasks.size() + " tasks waiting");
        }
    }

    /** Any thread. */
    public void awaitLinearizable(Reply<Long> reply) {
        reads.ask(consensus, reply);
    }

    /** The term in which this member leads, as the machines were last told; empty when it does not. On this loop only. */
    public OptionalLong ledTerm() {
        return ledTerm;
    }

    /** While paused no state machine is touched by this loop. On this loop only. */
    public void pause(boolean now) {
        paused = now;
    }

    private boolean stopped() {
        return paused || replacing;
    }

    /**
     * A snapshot takes the place of the state: nothing more is applied before {@link #replaced}, and never what the snapshot holds. On
     * this loop only.
     */
    public void replacing(LogMark by) {
        if (by.index() <= applied.index()) {
            throw new IllegalStateException("snapshot at " + by.index() + " after " + applied.index() + " was applied");
        }
        replacing = true;
        overtaken = by.index();
        // What is behind the snapshot may have been taken out already; none of it was applied.
        open(current);
    }

    /** True from {@link #replacing} to {@link #replaced}. Any thread. */
    public boolean isReplacing() {
        return replacing;
    }

    /** The machines have the state of the snapshot; goes on behind it. On this loop only. */
    public void replaced(LogMark by) {
        applied = by;
        replacing = false;
        stale = true;
        if (!paused) {
            tellLeadership();
        }
        consensus.ifPresent(now -> now.applied(by.index()));
    }

    /** Shows the restored machines the message of a snapshot that is not newer than their state. On this loop only. */
    public void restoreFromSnapshot(Snapshot snapshot) {
        for (StateMachine machine : machines.inOrder()) {
            machine.restoreFromSnapshot(context.at(applied, nowNanos), snapshot.data());
        }
        stale = true;
    }

    /** Readers are to see new rows with the next step. On this loop only. */
    public void invalidate() {
        stale = true;
    }

    @Override
    public boolean committed(List<Entry> entries) {
        return committed.offer(entries);
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        announced = snapshot.index();
        mustRun(() -> onSnapshot.accept(snapshot));
    }

    @Override
    public void statusChanged(ConsensusStatus status) {
        mustRun(() -> {
            LOG.info("consensus status id={} role={} term={} leader={}", Long.toHexString(status.id()), status.role(), status.term(),
                    Long.toHexString(status.leader()));
            ledTerm = status.isLeader() ? OptionalLong.of(status.term()) : OptionalLong.empty();
            if (!stopped()) {
                tellLeadership();
            }
        });
    }

    /** Tells every machine whether this member leads; also after one was replaced. On this loop only. */
    public void tellLeadership() {
        for (StateMachine machine : machines.inOrder()) {
            machine.leadershipChanged(ledTerm.isPresent(), nowNanos);
        }
    }

    @Override
    public long wakeAtNanos() {
        return Math.min(tickAtNanos, stopped() ? NEVER : storage.sealAtNanos());
    }

    @Override
    public int step(long stepNanos) {
        nowNanos = stepNanos;
        int done = 0;
        // First, so that a machine learns of time that was lost before it is asked for anything.
        if (nowNanos - tickAtNanos >= 0) {
            tick();
            done++;
        }
        done += tasks.drain(Runnable::run, TASKS_A_STEP);
        int entries = 0;
        if (!stopped()) {
            entries = applyCommitted();
            storage.sealIfDue(applied, nowNanos);
        }
        if (entries > 0 || stale) {
            publish();
        }
        if (entries > 0) {
            consensus.ifPresent(now -> now.applied(applied.index()));
        }
        return done + entries + answers.send() + reads.release(stopped() ? 0 : applied.index());
    }

    private int applyCommitted() {
        int count = 0;
        // Without an engine an entry could not read the rows it asks for.
        while (count < ENTRIES_A_STEP && storage.attached() && storage.hasRoom() && !awaitingConfState) {
            if (next == current.size()) {
                if (committed.drain(this::open, 1) == 0) {
                    break;
                }
            } else if (announced > applied.index() || !apply(current.get(next))) {
                break;
            } else {
                next++;
                count++;
            }
        }
        return count;
    }

    /** Lists that were handed over before a snapshot came hold nothing that is behind it. */
    private void open(List<Entry> entries) {
        current = entries.isEmpty() || entries.getLast().index() <= overtaken ? List.of() : entries;
        next = 0;
    }

    /** False when the entry cannot be applied now; it stays the next one. */
    private boolean apply(Entry entry) {
        if (entry.index() != applied.index() + 1) {
            throw new IllegalStateException("entry " + entry.index() + " committed after " + applied.index() + " was applied");
        }
        LogMark mark = new LogMark(entry.term(), entry.index());
        context.at(mark, nowNanos);
        boolean done = switch (entry.type()) {
            case NORMAL -> entry.data().isEmpty() || applyRequest(entry);
            case CONF_CHANGE, CONF_CHANGE_V2 -> applyConfChange(entry);
        };
        if (done) {
            applied = mark;
        }
        return done;
    }

    private boolean applyRequest(Entry entry) {
        ByteString data = entry.data();
        Optional<Pending> pending = pipeline.take(data);
        InternalRaftRequest request = pending.isPresent() ? pending.get().request() : RequestCodec.parse(data);
        Optional<RequestKind> kind = pending.isPresent() ? Optional.of(pending.get().kind()) : RequestKinds.of(request);
        Optional<StateMachine> machine = kind.flatMap(machines::of);
        if (machine.isEmpty()) {
            pending.ifPresent(pipeline::putBack);
            complain(entry, kind);
            return false;
        }
        if (pending.isPresent()) {
            context.awaited();
        }
        Object answer = applyTo(machine.get(), kind.get(), request);
        pending.ifPresent(waiting -> answers.add(waiting.reply(), answer));
        return true;
    }

    private Object applyTo(StateMachine machine, RequestKind kind, InternalRaftRequest request) {
        try {
            AlarmGate.check(machines.alarms(), kind, request);
            machines.permissions().check(context, kind, request);
            return machine.apply(context, kind, request);
        } catch (RefusedException refused) {
            return refused.refusal();
        }
    }

    private void complain(Entry entry, Optional<RequestKind> kind) {
        if (complainedAbout != entry.index()) {
            complainedAbout = entry.index();
            LOG.error("apply loop stopped before an entry index={} needs={} hint=\"deploy the bundle that applies it\"", entry.index(),
                    kind.map(Enum::name).orElse("a newer version"));
        }
    }

    private boolean applyConfChange(Entry entry) {
        MembershipPort.Outcome outcome = machines.membership().applyConfChange(context, ConfChanges.parse(entry));
        awaitingConfState = true;
        storage.entryIncomplete();
        long entryNanos = nowNanos;
        LogMark mark = new LogMark(entry.term(), entry.index());
        consensus.orElseThrow().applyConfChange(outcome.change(), confState -> mustRun(() -> {
            storeConfState(mark, entryNanos, confState);
            answer(outcome);
        }));
        return true;
    }

    private void storeConfState(LogMark mark, long entryNanos, ConfState confState) {
        machines.membership().storeConfState(context.at(mark, entryNanos), confState);
        awaitingConfState = false;
        storage.entryComplete();
    }

    /** Whoever asked for the change learns what became of it, when readers see it. */
    private void answer(MembershipPort.Outcome outcome) {
        stale = true;
        pipeline.changes().take(outcome.change().id()).ifPresent(reply -> {
            if (outcome.refusal().isPresent()) {
                answers.add(reply, outcome.refusal().get());
            } else {
                answers.add(reply, machines.membership().members());
            }
        });
    }

    private void tick() {
        tickAtNanos = nowNanos + TICK_NANOS;
        pipeline.tick(nowNanos);
        reads.tick(consensus, nowNanos);
        if (stopped() || awaitingConfState) {
            return;
        }
        for (StateMachine machine : machines.inOrder()) {
            machine.tick(context.at(applied, nowNanos), nowNanos);
        }
        onTick.accept(nowNanos);
        stale = true;
    }

    private void publish() {
        if (stopped()) {
            return;
        }
        stale = false;
        Rows rows = storage.rows();
        for (StateMachine machine : machines.inOrder()) {
            machine.publish(rows);
        }
        machines.events().published(machines.keyspace().revision());
        machines.membershipInPlace().ifPresent(onMembers);
    }

    /** Answers everybody who waits; called when the loop is stepped no more. */
    public void stop() {
        answers.send();
        reads.stop();
        pipeline.stop();
    }

    /** Answers of this step, which are sent when readers see what they speak of. */
    private static final class Answers {
        private final List<Reply<?>> waiting = new ArrayList<>();
        private final List<Object> answers = new ArrayList<>();

        /** @param answer of the type that the reply takes, or a {@link Refusal} */
        void add(Reply<?> reply, Object answer) {
            waiting.add(reply);
            answers.add(answer);
        }

        int send() {
            int count = waiting.size();
            for (int at = 0; at < count; at++) {
                if (answers.get(at) instanceof Refusal refusal) {
                    waiting.get(at).refuse(refusal);
                } else {
                    accept(waiting.get(at), answers.get(at));
                }
            }
            waiting.clear();
            answers.clear();
            return count;
        }

        @SuppressWarnings("unchecked") // Whoever waits for a request waits for what its machine answers with: the contract of Proposals.
        private static void accept(Reply<?> reply, Object answer) {
            ((Reply<Object>) reply).accept(answer);
        }
    }
}
