package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.raft.progress.Phase.Probing;
import io.tenon.raft.progress.Phase.Replicating;
import io.tenon.raft.progress.Phase.SendingSnapshot;
import io.tenon.raft.progress.Progress;
import io.tenon.raft.progress.ProgressMap;
import io.tenon.raft.quorum.Vote;
import io.tenon.raft.quorum.VoteResult;
import io.tenon.spi.election.ElectionRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides the order of entries, replicates them, and counts what is durable where. */
final class Leader implements Role {
    private final Member member;
    private final RaftLog log;
    private final Replicator replicator;
    private final PendingReads reads = new PendingReads();
    private int heartbeatElapsedTicks;
    /** Payload bytes that were taken and are not yet applied here. */
    private long uncommittedBytes;
    private final ConfChangeGate gate;
    /** Who is to lead next, 0 for nobody: proposals are refused meanwhile, or the target would never catch up. */
    private long transferee;
    /** True while the voters cannot have elected someone else, if they all follow the rules and their clocks go alike. */
    private boolean holdsLease;
    /** Whoever was asked may campaign at any later moment of this term, and voters do not protect this leader from it. */
    private boolean askedToTakeOver;
    /** The quorum of this span may be one that was only assumed. */
    private boolean assumedActive;

    Leader(Member member) {
        this.member = member;
        log = member.log();
        replicator = new Replicator(member);
        gate = new ConfChangeGate(member);
        holdsLease = member.hasAllRules();
    }

    /** Logs an empty entry: with it, everything that earlier terms left is committed (paper section 5.4.2). */
    void begin() {
        logEntries(List.of(new Entry(0, 0, EntryType.NORMAL, ByteString.EMPTY)));
        replicator.broadcast();
    }

    @Override
    public ConsensusStatus.Role kind() {
        return ConsensusStatus.Role.LEADER;
    }

    @Override
    public long leader() {
        return member.id();
    }

    ProgressMap peers() {
        return replicator.peers();
    }

    // --- Time.

    @Override
    public void tick() {
        heartbeatElapsedTicks++;
        if (member.tickLeaderSpan()) {
            if (member.has(ElectionRule.RESIGN_WITHOUT_QUORUM) && !quorumIsActive()) {
                member.out().trace(new TraceEvent.Resigned(member.term()));
                member.becomeFollower(member.term(), 0);
                return;
            }
            holdsLease = member.hasAllRules() && !askedToTakeOver && !assumedActive;
            assumedActive = false;
            // A transfer that takes longer than an election would is given up.
            transferee = 0;
        }
        if (heartbeatElapsedTicks >= member.options().heartbeatTicks()) {
            heartbeatElapsedTicks = 0;
            replicator.heartbeat(reads.newestContext());
        }
    }

    /** Looks back at the span that ends now, and begins the next. The leader hears of itself. */
    private boolean quorumIsActive() {
        ProgressMap peers = replicator.peers();
        VoteResult result = member.configuration().voters().result(id -> peers.find(id)
                .map(progress -> progress.isRecentlyActive() ? Vote.YES : Vote.NO).orElse(Vote.MISSING));
        peers.forEachBut(member.id(), (id, progress) -> progress.clearRecentlyActive());
        return result == VoteResult.WON;
    }

    /** Other rules hold from now on; with all of them, a lease begins after a span in which a quorum was heard of. */
    void rulesChanged() {
        holdsLease = false;
    }

    void assumeAllActive() {
        assumedActive = true;
        replicator.peers().forEach((id, progress) -> progress.heardFrom());
    }

    // --- Proposals.

    @Override
    public StepResult propose(List<ByteString> payloads) {
        long bytes = 0;
        for (int i = 0; i < payloads.size(); i++) {
            bytes += payloads.get(i).size();
        }
        StepResult admitted = admit(bytes);
        if (admitted == StepResult.TAKEN) {
            long term = member.term();
            for (int i = 0; i < payloads.size(); i++) {
                log.append(new Entry(term, log.lastIndex() + 1, EntryType.NORMAL, payloads.get(i)));
            }
            appended();
        }
        return admitted;
    }

    @Override
    public StepResult proposeEntries(List<Entry> drafts) {
        StepResult admitted = admit(EntrySize.payloadBytes(drafts));
        if (admitted == StepResult.TAKEN) {
            logEntries(drafts.stream().anyMatch(draft -> draft.type() != EntryType.NORMAL) ? gate.pass(drafts) : drafts);
            replicator.broadcast();
        }
        return admitted;
    }

    private StepResult admit(long payloadBytes) {
        if (!replicator.peers().contains(member.id())) {
            return StepResult.NO_LEADER;
        }
        if (transferee != 0) {
            return StepResult.TRANSFERRING;
        }
        // The first always fits, however large, and one without payload as well: leaving a joint configuration must never be refused.
        if (uncommittedBytes > 0 && payloadBytes > 0 && uncommittedBytes + payloadBytes > member.options().limits().uncommittedBytes()) {
            return StepResult.TOO_MUCH_UNCOMMITTED;
        }
        uncommittedBytes += payloadBytes;
        return StepResult.TAKEN;
    }

    private void logEntries(List<Entry> drafts) {
        for (Entry draft : drafts) {
            log.append(new Entry(member.term(), log.lastIndex() + 1, draft.type(), draft.data()));
        }
        member.out().appendAccepted(member.id(), member.term(), log.lastIndex());
    }

    private void appended() {
        member.out().appendAccepted(member.id(), member.term(), log.lastIndex());
        replicator.broadcast();
    }

    /** Entries with so much payload were applied here. */
    void applied(long payloadBytes) {
        uncommittedBytes = Math.max(0, uncommittedBytes - payloadBytes);
        if (member.configuration().autoLeave() && gate.isOpen()) {
            proposeEntries(List.of(new Entry(0, 0, EntryType.CONF_CHANGE_V2, ByteString.EMPTY)));
        }
    }

    void configurationChanged(Set<Long> dropped) {
        replicator.membersChanged(dropped);
        boolean mayLead = member.configuration().isVoter(member.id());
        if (!mayLead) {
            // It goes on leading, unless asked otherwise, so that the change reaches the others; its own log no longer counts.
            if (member.options().has(Behaviour.STEP_DOWN_ON_REMOVAL)) {
                member.becomeFollower(member.term(), 0);
            }
            return;
        }
        if (advanceCommit()) {
            replicator.broadcast();
        } else {
            // New members need not wait for a heartbeat or the next proposal.
            replicator.broadcastEntries();
        }
        if (transferee != 0 && !member.configuration().isVoter(transferee)) {
            transferee = 0;
        }
    }

    // --- Messages.

    @Override
    public StepResult receive(Message message) {
        switch (message.type()) {
            case PROPOSE -> {
                return proposeEntries(message.entries());
            }
            case READ_INDEX -> read(new PendingReads.Request(message.from(), message.entries().getFirst().data()));
            case TRANSFER_LEADER -> transferLeader(message.from());
            case APPEND_RESPONSE -> replicator.peers().find(message.from()).ifPresent(progress -> appendAnswered(message, progress));
            case HEARTBEAT_RESPONSE -> replicator.peers().find(message.from()).ifPresent(progress -> heartbeatAnswered(message, progress));
            case APPEND, HEARTBEAT, SNAPSHOT ->
                    throw new IllegalStateException("two leaders in term " + member.term() + ": " + member.id() + " and " + message.from());
            case VOTE, VOTE_RESPONSE, PRE_VOTE, PRE_VOTE_RESPONSE, TIMEOUT_NOW, READ_INDEX_RESPONSE -> { }
        }
        return StepResult.TAKEN;
    }

    private void appendAnswered(Message message, Progress progress) {
        progress.heardFrom();
        if (message.reject()) {
            appendRefused(message, progress);
        } else if (message.index() > log.lastIndex()) {
            throw new IllegalStateException(message.from() + " has entry " + message.index() + " beyond last " + log.lastIndex());
        } else if (progress.acknowledged(message.index()) || (progress.match() == message.index() && progress.phase() instanceof Probing)) {
            appendAccepted(message, progress);
        }
    }

    private void appendRefused(Message message, Progress progress) {
        member.out().trace(new TraceEvent.AppendRefused(message.from(), message.index(), message.rejectHint()));
        long hint = message.rejectHint();
        if (message.logTerm() > 0) {
            // The peer's log has this term at the hint and nothing higher before it: where ours has more, they cannot agree.
            hint = log.lastNotAbove(hint, message.logTerm()).index();
        }
        if (progress.stepBack(message.index(), hint)) {
            replicator.send(message.from(), progress);
        }
    }

    private void appendAccepted(Message message, Progress progress) {
        switch (progress.phase()) {
            case Probing probing -> progress.becomeReplicating();
            case SendingSnapshot sending -> {
                // Whatever snapshot it got, and from wherever: if the log goes on from there, it can follow.
                if (progress.match() + 1 >= log.firstIndex()) {
                    progress.becomeReplicating();
                }
            }
            case Replicating replicating -> replicating.inflights().freeUpTo(message.index());
        }
        boolean own = message.from() == member.id();
        if (advanceCommit()) {
            replicator.broadcast();
        } else if (!own && progress.canBumpCommit(log.commit())) {
            replicator.send(message.from(), progress);
        }
        if (!own) {
            replicator.sendAll(message.from(), progress);
            if (message.from() == transferee && progress.match() == log.lastIndex()) {
                askToTakeOver();
            }
        }
    }

    /** Only entries of the own term are counted; they commit all before them (paper section 5.4.2). */
    private boolean advanceCommit() {
        long index = replicator.quorumMatch();
        if (index <= log.commit() || log.term(index) != member.term()) {
            return false;
        }
        log.commitTo(index);
        reads.takePostponed().forEach(this::read);
        return true;
    }

    private void heartbeatAnswered(Message message, Progress progress) {
        progress.heardFrom();
        progress.resume();
        // A full window lets an empty append through here, so that lost ones are found out (replicate_pause.txt); one that probes and
        // lacks nothing gets one as well, or it would probe for ever (heartbeat_resp_recovers_from_probing.txt).
        if (progress.match() < log.lastIndex() || progress.phase() instanceof Probing) {
            replicator.send(message.from(), progress);
        }
        if (!message.context().isEmpty()) {
            reads.acknowledged(message.from(), message.context(), member.configuration().voters())
                    .forEach(answer -> answer(answer.request(), answer.index()));
        }
    }

    // --- Reads.

    @Override
    public StepResult readIndex(ByteString context) {
        read(new PendingReads.Request(member.id(), context));
        return StepResult.TAKEN;
    }

    private void read(PendingReads.Request request) {
        // etcd's library answers a sole voter's reads even here; after a restart its commit index may lie before what it had answered for.
        if (log.term(log.commit()) != member.term()) {
            reads.postpone(request);
        } else if (member.configuration().isSoleVoter(member.id()) || (holdsLease && member.options().has(Behaviour.LEASE_READS))) {
            answer(request, log.commit());
        } else {
            reads.begin(request, log.commit(), member.id());
            replicator.heartbeat(request.context());
        }
    }

    private void answer(PendingReads.Request request, long index) {
        if (request.origin() == member.id()) {
            member.out().readAnswered(index, request.context());
        } else {
            member.out().readIndexResponse(request.origin(), member.term(), index, request.context());
        }
    }

    // --- Transfer and reports.

    @Override
    public void transferLeader(long target) {
        Optional<Progress> progress = replicator.peers().find(target);
        if (progress.isEmpty() || member.configuration().isLearner(target) || target == transferee) {
            return;
        }
        transferee = 0;
        if (target == member.id()) {
            return;
        }
        member.restartElectionTimer();
        transferee = target;
        if (progress.get().match() == log.lastIndex()) {
            askToTakeOver();
        } else {
            replicator.send(target, progress.get());
        }
    }

    private void askToTakeOver() {
        member.out().timeoutNow(transferee, member.term());
        askedToTakeOver = true;
        holdsLease = false;
    }

    /** Appends to this peer got lost, all after the first loss are in vain. */
    void unreachable(long peer) {
        replicator.peers().find(peer).ifPresent(progress -> {
            if (progress.phase() instanceof Replicating) {
                progress.becomeProbing();
            }
        });
    }

    void snapshotSent(long peer, SnapshotOutcome outcome) {
        replicator.peers().find(peer).ifPresent(progress -> {
            if (!(progress.phase() instanceof SendingSnapshot)) {
                return;
            }
            switch (outcome) {
                case DELIVERED -> progress.becomeProbing();
                case FAILED -> progress.snapshotFailed();
            }
            // Wait for its answer, or for a heartbeat's, before the next append.
            progress.pause();
        });
    }

    void loaded(Outbox.Load request, List<Entry> entries) {
        replicator.loaded(request, entries);
    }
}
