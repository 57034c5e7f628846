package io.tenon.raft.core;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.confchange.Configuration;
import io.tenon.raft.progress.ProgressMap;
import java.util.List;
import java.util.Optional;

/** A Raft member as a pure state machine: {@link #step} inputs in, {@link #take} outboxes out. One owner, no threads. */
public final class RaftCore {
    /** How much of the log is loaded at once for the state machine after a restart. */
    public static final long LOAD_PAGE_BYTES = 1 << 20;

    private final Member member;
    private final RaftLog log;
    private final CoreOptions options;
    private HardState toldHardState;
    private Outbox.SoftState toldSoftState;

    public RaftCore(CoreOptions options, CoreStart start) {
        this.options = options;
        log = new RaftLog(start, options.limits().applyingBytes(),
                options.has(Behaviour.HAND_OUT_DURABLE_ONLY) ? RaftLog.HandOut.DURABLE_ONLY : RaftLog.HandOut.ANY_COMMITTED);
        member = new Member(options, start, log);
        toldHardState = member.hardState();
        toldSoftState = softState();
    }

    /** Takes one input. Whatever follows from it is in the next outbox. */
    public StepResult step(Input input) {
        switch (input) {
            case Input.Receive received -> {
                return receive(received.message());
            }
            case Input.Propose proposed -> {
                return member.role().propose(proposed.payloads());
            }
            case Input.ProposeConfChange proposed -> {
                return member.role().proposeEntries(List.of(new Entry(0, 0, proposed.type(), proposed.data())));
            }
            case Input.ReadIndex read -> {
                return member.role().readIndex(read.context());
            }
            case Input.Durable durable -> durable(durable);
            case Input.Applied applied -> applied(applied.index());
            case Input.Tick tick -> member.role().tick();
            case Input.ApplyConfChange applied -> member.applyConfChange(applied.index(), applied.change());
            case Input.RulesChanged changed -> member.changeRules(changed.rules());
            case Input.Campaign campaign -> member.campaign();
            case Input.TransferLeader transfer -> member.role().transferLeader(transfer.target());
            case Input.ElectionTimeout timeout -> member.setElectionTimeout(timeout.ticks());
            case Input.SnapshotTaken taken -> member.snapshotTaken(taken.snapshot());
            case Input.Compacted compacted -> log.compactedTo(compacted.index());
            case Input.StepDown stepDown -> {
                if (member.role() instanceof Leader) {
                    member.becomeFollower(member.term(), 0);
                }
            }
            case Input.ForgetLeader forget -> {
                if (member.role() instanceof Follower follower) {
                    follower.forgetLeader();
                }
            }
            case Input.ReportUnreachable report -> {
                if (member.role() instanceof Leader leader) {
                    leader.unreachable(report.peer());
                }
            }
            case Input.ReportSnapshot report -> {
                if (member.role() instanceof Leader leader) {
                    leader.snapshotSent(report.peer(), report.outcome());
                }
            }
            case Input.Loaded loaded -> loaded(loaded);
        }
        return StepResult.TAKEN;
    }

    private StepResult receive(Message message) {
        if (isResponse(message.type()) && !member.configuration().isMember(message.from())) {
            return StepResult.UNKNOWN_PEER;
        }
        return member.receive(message);
    }

    private static boolean isResponse(MessageType type) {
        return switch (type) {
            case APPEND_RESPONSE, VOTE_RESPONSE, PRE_VOTE_RESPONSE, HEARTBEAT_RESPONSE, READ_INDEX_RESPONSE -> true;
            case PROPOSE, APPEND, VOTE, PRE_VOTE, SNAPSHOT, HEARTBEAT, TRANSFER_LEADER, TIMEOUT_NOW, READ_INDEX -> false;
        };
    }

    private void durable(Input.Durable durable) {
        if (durable.snapshotIndex() != 0) {
            log.restored(durable.snapshotIndex());
            if (durable.snapshotIndex() > log.applied()) {
                applied(durable.snapshotIndex());
            }
        }
        if (durable.term() == member.term() && durable.mark().index() != 0) {
            log.durable(durable.mark());
        }
        log.trim(cacheBytes());
    }

    private void applied(long index) {
        long payloadBytes = log.appliedTo(index);
        if (member.role() instanceof Leader leader) {
            leader.applied(payloadBytes);
        }
        log.trim(cacheBytes());
    }

    private long cacheBytes() {
        Configuration configuration = member.configuration();
        boolean alone = configuration.isSoleVoter(options.id()) && configuration.learners().isEmpty();
        return alone ? options.limits().aloneCacheBytes() : options.limits().cacheBytes();
    }

    private void loaded(Input.Loaded loaded) {
        if (loaded.request().peer() == 0) {
            log.loaded(loaded.request(), loaded.entries());
        } else if (member.role() instanceof Leader leader) {
            leader.loaded(loaded.request(), loaded.entries());
        }
    }

    /** True when the next outbox is not empty. */
    public boolean hasOutput() {
        return !member.out().isEmpty() || log.hasUnstored() || log.hasCommitted() || log.needsLoad() || log.hasUnstoredSnapshot()
                || softStateChanged() || hardStateChanged();
    }

    /** Hands out everything there is to do; the next outbox begins empty. */
    public Outbox take() {
        Optional<Outbox.SoftState> soft = softStateChanged() ? Optional.of(softState()) : Optional.empty();
        Optional<HardState> hard = hardStateChanged() ? Optional.of(member.hardState()) : Optional.empty();
        List<Entry> committed = log.takeCommitted();
        log.takeLoad(LOAD_PAGE_BYTES).ifPresent(member.out()::load);
        List<Entry> entries = log.takeUnstored();
        Optional<Snapshot> snapshot = log.takeSnapshot();
        boolean mustSync = !entries.isEmpty() || hard.map(state -> state.mustSyncAfter(toldHardState)).orElse(false);
        var outbox = new Outbox(soft, hard, member.out().takeReadStates(), entries, snapshot, committed, member.out().takeNow(),
                member.out().takeWhenDurable(), durable(log.restoring()), mustSync, member.out().takeLoads(), member.out().takeTrace());
        soft.ifPresent(state -> toldSoftState = state);
        hard.ifPresent(state -> toldHardState = state);
        return outbox;
    }

    /** Whatever is not known to be durable is told of again: a mark of an older term is ignored, and must not be the last one. */
    private Optional<Input.Durable> durable(Optional<Snapshot> restoring) {
        LogMark end = log.unstableEnd();
        if (end.index() == 0 && restoring.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Input.Durable(member.term(), end, restoring.map(Snapshot::index).orElse(0L)));
    }

    private boolean softStateChanged() {
        return toldSoftState.leader() != member.role().leader() || toldSoftState.role() != member.role().kind();
    }

    private boolean hardStateChanged() {
        return toldHardState.commit() != log.commit() || toldHardState.term() != member.term() || toldHardState.vote() != member.vote();
    }

    private Outbox.SoftState softState() {
        return new Outbox.SoftState(member.role().leader(), member.role().kind());
    }

    // --- What can be seen from outside; values of this moment.

    public ConsensusStatus status() {
        return new ConsensusStatus(options.id(), member.role().kind(), member.role().leader(), member.term(), log.commit(),
                log.lastIndex(), member.configuration().isLearner(options.id()), member.rules());
    }

    public Configuration configuration() {
        return member.configuration();
    }

    /**
     * The configuration of a state machine that has just applied this entry, which is the one to store with it: a snapshot may have
     * overtaken the state machine, and with it the configuration that the core goes by.
     */
    public Configuration configurationAt(long appliedIndex) {
        return member.configurationAt(appliedIndex);
    }

    public HardState hardState() {
        return member.hardState();
    }

    public long lastIndex() {
        return log.lastIndex();
    }

    public long applied() {
        return log.applied();
    }

    /** A leader's view of its members; empty for everyone else. */
    public ProgressMap progress() {
        return member.role() instanceof Leader leader ? leader.peers() : ProgressMap.empty();
    }
}
