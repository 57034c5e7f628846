package io.tenon.raft.driver;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.PeerProgress;
import io.tenon.api.loop.Loop;
import io.tenon.raft.core.CoreOptions;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.Outbox;
import io.tenon.raft.core.RaftCore;
import io.tenon.raft.progress.Phase;
import io.tenon.spi.consensus.CommitSink;
import io.tenon.spi.consensus.ConsensusStart;
import io.tenon.spi.consensus.MessageSink;
import io.tenon.spi.election.ElectionRule;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogSession;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one owner of the core. A step takes in a bounded amount, in one order: what became durable, time, requests, messages,
 * proposals (all of them as one core step), reads; then it carries out the outbox: messages leave, entries go to the log without waiting
 * for it, committed entries go to the apply loop.
 *
 * <p>It blocks in one case only: after a restart, and for peers that fell behind what is in memory, entries are read from the log, at most
 * a page of 1 MiB a step.
 */
final class RaftLoop implements Loop {
    /** Proposals in one core step, and their payload bytes (exceeded by one chunk at most). */
    static final int MOST_PROPOSALS_A_STEP = 2_048;
    static final long MOST_PROPOSAL_BYTES_A_STEP = 1 << 20;
    private static final int PROPOSAL_CHUNK = 16;
    static final int MOST_MESSAGES_A_STEP = 256;
    private static final Logger LOG = LoggerFactory.getLogger(RaftLoop.class);

    private final CommitSink sink;
    private final MessageSink peers;
    private final LogSession log;
    private final long id;
    private final RaftDriver.Inboxes inboxes;
    private final RaftCore core;
    private final LogWriter writer;
    private final SnapshotSaver saver;
    private final CommitFeed feed;
    private final ProposalBatch batch;
    private final ReadRounds reads;
    private final Ticker ticker;
    private final DiskStall stall;
    private final TraceLog trace;
    private Runnable wake = () -> { };
    private final AtomicReference<Optional<Set<ElectionRule>>> newRules = new AtomicReference<>(Optional.empty());
    /** Since the start: with the seed it tells when a change of the rules came, so that a recorded run can be played again. */
    private long ticks;
    private volatile ConsensusStatus status;
    /**
     * The term and vote last given to the log. Nothing is said in a new term before that is durable: a candidate that wins by the votes of others
     * alone, and forgets the term in a crash, could win the same term again and fill it with other entries.
     */
    private HardState promised;
    /** A member that alone decides disturbs nobody by campaigning at once, so it does not wait for its timer; once, at the start. */
    private boolean eager = true;
    /** Read requests to the log that wait for the apply loop, or for the next step. */
    private final List<Outbox.Load> loads = new ArrayList<>();
    /** Who waits for the inbox of messages to be empty, then for what followed from them. */
    private final List<Runnable> behindMessages = new ArrayList<>();
    private final List<Runnable> behindOutbox = new ArrayList<>();
    /** An outbox whose snapshot has to be durable before anything else happens. */
    private Optional<Outbox> restoring = Optional.empty();

    RaftLoop(ConsensusStart start, CoreOptions options, RaftDriver.Inboxes inboxes) {
        this.inboxes = inboxes;
        sink = start.sink();
        peers = start.peers();
        log = start.log();
        id = start.id();
        core = new RaftCore(options, Recovery.read(start));
        writer = new LogWriter(log, new Continuation());
        saver = new SnapshotSaver(log, start.loops(), () -> wake.run());
        feed = new CommitFeed(sink);
        batch = new ProposalBatch(core);
        reads = new ReadRounds(core, id, start.random().nextLong(), start.electionTicks());
        ticker = new Ticker(start.heartbeatMillis());
        stall = new DiskStall(core, writer, start.electionTicks());
        trace = new TraceLog(id);
        status = core.status();
        promised = core.hardState();
        trace.rules(ticks, status);
    }

    /** Set once, before the loop is stepped by anything but its first wake-up. */
    void onWake(Runnable wake) {
        this.wake = wake;
        writer.onDurable(wake);
    }

    void changeRules(Set<ElectionRule> rules) {
        newRules.set(Optional.of(rules));
    }

    ConsensusStatus status() {
        return status;
    }

    @Override
    public long wakeAtNanos() {
        return ticker.nextNanos();
    }

    @Override
    public int step(long nowNanos) {
        // Read before the requests: a change is requested before its entry is told applied, so that both are seen in that order.
        long applied = inboxes.applied;
        int work = writer.proceed();
        work += tick(ticker.due(nowNanos));
        work += reportUnreachable();
        work += inboxes.requests.drain(this::request, RaftDriver.MOST_REQUESTS);
        feed.appliedTo(applied);
        if (applied > core.applied()) {
            core.step(new Input.Applied(applied));
            work++;
        }
        feed.retry();
        work += proceedRestoring();
        if (restoring.isEmpty()) {
            work += load();
            work += takeIn();
            campaignAtOnce();
            carryOut();
        }
        work += callBack();
        publishStatus();
        // What is to be loaded is work for the next step.
        return work + (mayLoad() ? 1 : 0);
    }

    private int tick(int due) {
        for (int i = 0; i < due; i++) {
            newRules.getAndSet(Optional.empty()).ifPresent(this::changeRulesNow);
            core.step(new Input.Tick());
            ticks++;
            stall.tick();
            reads.tick();
            flush();
        }
        return due;
    }

    /** Not while a snapshot is saved: its record may bring a newer term than the state that was held back, and the outbox behind it brings all. */
    private void flush() {
        if (restoring.isEmpty()) {
            writer.flush();
        }
    }

    private void changeRulesNow(Set<ElectionRule> rules) {
        if (!rules.equals(core.status().rules())) {
            core.step(new Input.RulesChanged(rules));
            trace.rules(ticks, core.status());
        }
    }

    private int reportUnreachable() {
        int reports = 0;
        for (Long peer = inboxes.unreachable.pollFirst(); peer != null; peer = inboxes.unreachable.pollFirst()) {
            core.step(new Input.ReportUnreachable(peer));
            reports++;
        }
        return reports;
    }

    private void request(RaftDriver.Request request) {
        switch (request) {
            case RaftDriver.Request.Step step -> core.step(step.input());
            case RaftDriver.Request.AfterReceived(Runnable then) -> behindMessages.add(then);
            case RaftDriver.Request.Change change -> {
                // Entries that a snapshot has overtaken are told applied with it, and their changes are never asked for.
                feed.appliedTo(change.toldApplied());
                long index = feed.nextConfChange();
                core.step(new Input.ApplyConfChange(index, change.change()));
                change.applied().accept(core.configurationAt(index).toConfState());
            }
            case RaftDriver.Request.LookAtProgress(Consumer<SortedMap<Long, PeerProgress>> told) -> told.accept(progress());
            case RaftDriver.Request.Forget forget -> {
                // The core keeps a bounded number of bytes anyway; what it has to learn is what the log gave up.
                core.step(new Input.Compacted(Math.min(log.firstIndex() - 1, core.applied())));
            }
        }
    }

    private SortedMap<Long, PeerProgress> progress() {
        SortedMap<Long, PeerProgress> members = new TreeMap<>(Long::compareUnsigned);
        core.progress().forEach((member, progress) ->
                members.put(member, new PeerProgress(progress.match(), progress.next(), state(progress.phase()))));
        return members;
    }

    private static PeerProgress.State state(Phase phase) {
        return switch (phase) {
            case Phase.Probing probing -> PeerProgress.State.PROBING;
            case Phase.Replicating replicating -> PeerProgress.State.REPLICATING;
            case Phase.SendingSnapshot sending -> PeerProgress.State.SENDING_SNAPSHOT;
        };
    }

    /** Takes in messages, proposals and reads, unless the disk is far behind: then they wait, and those who send them are refused. */
    private int takeIn() {
        if (writer.isBehind()) {
            return 0;
        }
        int work = inboxes.messages.drain(message -> core.step(new Input.Receive(message)), MOST_MESSAGES_A_STEP);
        // The size counts what is still being put in, before which nothing can have been drained.
        if (inboxes.messages.size() == 0) {
            behindOutbox.addAll(behindMessages);
            behindMessages.clear();
        }
        work += takeProposals();
        // What finds no room for another round waits, and goes together with what comes meanwhile.
        if (reads.hasRoom()) {
            work += inboxes.reads.drain(reads::gather, RaftDriver.MOST_READS);
            reads.begin();
        }
        return work;
    }

    /** Everything received before was taken in, and no snapshot of it is still being saved. */
    private int callBack() {
        if (restoring.isPresent()) {
            return 0;
        }
        int count = behindOutbox.size();
        behindOutbox.forEach(Runnable::run);
        behindOutbox.clear();
        return count;
    }

    private int takeProposals() {
        batch.begin();
        int taken = 0;
        int chunk;
        do {
            chunk = inboxes.proposals.drain(batch::add, PROPOSAL_CHUNK);
            taken += chunk;
        } while (chunk == PROPOSAL_CHUNK && taken < MOST_PROPOSALS_A_STEP && batch.bytes() < MOST_PROPOSAL_BYTES_A_STEP);
        batch.propose();
        return taken;
    }

    /** Until its first campaign: it is refused while a configuration change is committed and not yet applied. */
    private void campaignAtOnce() {
        if (!eager) {
            return;
        }
        if (core.configuration().isSoleVoter(id)) {
            core.step(new Input.Campaign());
        }
        ConsensusStatus now = core.status();
        eager = now.role() == ConsensusStatus.Role.FOLLOWER && now.leader() == 0;
    }

    private void carryOut() {
        while (restoring.isEmpty() && core.hasOutput()) {
            Outbox outbox = core.take();
            boolean promises = outbox.hardState().map(state -> state.mustSyncAfter(promised)).orElse(false);
            promised = outbox.hardState().orElse(promised);
            carryOut(promises ? outbox.sayingAllWhenDurable() : outbox);
        }
    }

    private void carryOut(Outbox outbox) {
        if (!outbox.messages().isEmpty()) {
            peers.send(outbox.messages());
        }
        outbox.trace().forEach(trace::write);
        if (outbox.snapshot().isPresent()) {
            restoring = Optional.of(outbox);
            // What was to be loaded is replaced by the snapshot, and may be gone.
            loads.clear();
        } else {
            writer.store(outbox);
        }
        feed.offer(outbox.committed());
        outbox.readStates().forEach(reads::answered);
        loads.addAll(outbox.loads());
    }

    /** Reads one page; for the state machine only when it has room for it. */
    private int load() {
        if (!mayLoad()) {
            return 0;
        }
        Outbox.Load load = loads.removeFirst();
        core.step(new Input.Loaded(load, read(load)));
        return 1;
    }

    private boolean mayLoad() {
        return restoring.isEmpty() && !loads.isEmpty() && (loads.getFirst().peer() != 0 || !feed.isBlocked());
    }

    private List<Entry> read(Outbox.Load load) {
        try {
            return log.read(load.fromIndex(), load.toIndex(), load.mostBytes());
        } catch (LogException e) {
            if (load.peer() == 0) {
                throw new UncheckedIOException("committed entry " + load.fromIndex() + " cannot be read", e);
            }
            // The log may have released them since; either way the peer gets a snapshot.
            if (load.fromIndex() >= log.firstIndex()) {
                LOG.error("entries for a peer cannot be read from the log peer={} from-index={} error=\"{}\"", Long.toHexString(load.peer()),
                        load.fromIndex(), e.getMessage());
            }
            return List.of();
        }
    }

    /** Saves a snapshot once everything before it is durable; nothing else goes on meanwhile. */
    private int proceedRestoring() {
        if (restoring.isEmpty()) {
            return 0;
        }
        if (!saver.isBusy()) {
            if (!writer.isIdle()) {
                return 0;
            }
            saver.start(restoring.get().snapshot().orElseThrow());
        }
        return saver.poll().map(snapshot -> {
            Outbox outbox = restoring.get();
            restoring = Optional.empty();
            feed.snapshot(snapshot);
            writer.store(outbox);
            if (!outbox.mustSync()) {
                outbox.durable().ifPresent(core::step);
            }
            return 1;
        }).orElse(0);
    }

    private void publishStatus() {
        ConsensusStatus before = status;
        ConsensusStatus now = core.status();
        if (now.equals(before)) {
            return;
        }
        status = now;
        if (now.term() != before.term() || now.leader() != before.leader() || now.role() != before.role()) {
            reads.follow(now);
            sink.statusChanged(now);
        }
    }

    /** After the last step. */
    void close() {
        reads.failAll();
        flush();
    }

    private final class Continuation implements LogWriter.Continuation {

        @Override
        public void release(List<Message> messages) {
            var toOthers = new ArrayList<Message>(messages.size());
            for (Message message : messages) {
                if (message.to() == id) {
                    core.step(new Input.Receive(message));
                } else {
                    toOthers.add(message);
                }
            }
            if (!toOthers.isEmpty()) {
                peers.send(toOthers);
            }
        }

        @Override
        public void durable(Input.Durable durable) {
            core.step(durable);
        }
    }
}
