package io.tenon.raft.core;

import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.confchange.ConfChanger;
import io.tenon.raft.confchange.Configuration;
import io.tenon.spi.election.ElectionRule;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/** What outlives a role: term and vote, log, configuration, rules and the election timer; and the changes between roles. */
final class Member {
    private final CoreOptions options;
    private final RaftLog log;
    private final Outgoing out;
    private final SplittableRandom random;
    private Configuration configuration;
    /** The configuration where the state machine stands while a snapshot has overtaken it; else the same. */
    private Configuration overtaken;
    /** Never changed, only replaced. */
    private Set<ElectionRule> rules = Set.of();
    /** The place of the snapshot that replaced the log last: the configuration holds everything up to there. */
    private long restoredIndex;
    private Snapshot newestSnapshot;
    private long term;
    private long vote;
    private Role role;
    private int electionElapsedTicks;
    /** {@code electionTicks <= this < 2 * electionTicks}, so that timers of equal members rarely fire together. */
    private int electionTimeoutTicks;

    Member(CoreOptions options, CoreStart start, RaftLog log) {
        this.options = options;
        this.log = log;
        out = new Outgoing(options.id());
        random = new SplittableRandom(options.seed());
        configuration = Configuration.of(start.confState());
        overtaken = configuration;
        newestSnapshot = start.snapshot();
        term = start.hardState().term();
        vote = start.hardState().vote();
        changeRules(start.rules());
        drawElectionTimeout();
        role = new Follower(this, 0);
    }

    long id() {
        return options.id();
    }

    CoreOptions options() {
        return options;
    }

    RaftLog log() {
        return log;
    }

    Outgoing out() {
        return out;
    }

    Configuration configuration() {
        return configuration;
    }

    Configuration configurationAt(long appliedIndex) {
        return appliedIndex < restoredIndex ? overtaken : configuration;
    }

    Snapshot newestSnapshot() {
        return newestSnapshot;
    }

    long term() {
        return term;
    }

    long vote() {
        return vote;
    }

    Role role() {
        return role;
    }

    HardState hardState() {
        return new HardState(term, vote, log.commit());
    }

    /** In force, in the order of their declaration. */
    Set<ElectionRule> rules() {
        return rules;
    }

    boolean has(ElectionRule rule) {
        return rules.contains(rule);
    }

    boolean hasAllRules() {
        return rules.size() == ElectionRule.values().length;
    }

    void changeRules(Set<ElectionRule> newRules) {
        if (newRules.equals(rules)) {
            return;
        }
        boolean resignedBefore = has(ElectionRule.RESIGN_WITHOUT_QUORUM);
        rules = newRules.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(newRules));
        if (role instanceof Leader leader) {
            leader.rulesChanged();
            if (!resignedBefore && has(ElectionRule.RESIGN_WITHOUT_QUORUM)) {
                // Nobody was asked to answer before now: the window begins here, with everyone given the benefit of the doubt.
                restartElectionTimer();
                leader.assumeAllActive();
            }
        }
    }

    // --- Messages: what their term says, before a role sees them.

    StepResult receive(Message message) {
        if (message.term() > term) {
            if (isVoteRequest(message) && protectsLeaderFrom(message)) {
                return StepResult.TAKEN;
            }
            takeHigherTerm(message);
        } else if (message.term() != 0 && message.term() < term) {
            answerLowerTerm(message);
            return StepResult.TAKEN;
        }
        if (isVoteRequest(message)) {
            voteOn(message);
            return StepResult.TAKEN;
        }
        return role.receive(message);
    }

    private static boolean isVoteRequest(Message message) {
        return message.type() == MessageType.VOTE || message.type() == MessageType.PRE_VOTE;
    }

    /** A leader that was heard of within an election timeout is live: votes for someone else are not even answered (thesis 4.2.3). */
    private boolean protectsLeaderFrom(Message message) {
        return has(ElectionRule.PROTECT_LIVE_LEADER) && role.leader() != 0 && electionElapsedTicks < options.electionTicks()
                && !CampaignKind.isForced(message.context());
    }

    private void takeHigherTerm(Message message) {
        switch (message.type()) {
            // A poll never moves a term, and a yes to it speaks of a term that has not begun.
            case PRE_VOTE -> { }
            case PRE_VOTE_RESPONSE -> {
                if (message.reject()) {
                    becomeFollower(message.term(), 0);
                }
            }
            case APPEND, HEARTBEAT, SNAPSHOT -> becomeFollower(message.term(), message.from());
            default -> becomeFollower(message.term(), 0);
        }
    }

    private void answerLowerTerm(Message message) {
        switch (message.type()) {
            case HEARTBEAT, APPEND -> {
                // Without an answer a leader that was cut off, or a member whose term ran ahead while it was, would stay so for ever:
                // votes at its higher term are ignored by the others (checkquorum.txt).
                if (has(ElectionRule.ANSWER_STALE_LEADER)) {
                    out.appendAccepted(message.from(), term, 0);
                }
            }
            // Polls of an older term are answered, or members that differ in their rules can block each other.
            case PRE_VOTE -> out.voteRefused(MessageType.PRE_VOTE_RESPONSE, message.from(), term);
            default -> { }
        }
    }

    /** Learners vote too: who asks knows a newer configuration in which they are voters (campaign_learner_must_vote.txt). */
    private void voteOn(Message message) {
        boolean poll = message.type() == MessageType.PRE_VOTE;
        MessageType answer = poll ? MessageType.PRE_VOTE_RESPONSE : MessageType.VOTE_RESPONSE;
        boolean free = vote == message.from() || (vote == 0 && role.leader() == 0) || (poll && message.term() > term);
        boolean granted = free && log.isUpToDate(message.index(), message.logTerm());
        if (!granted) {
            out.voteRefused(answer, message.from(), term);
        } else {
            // For a poll the asked term, which is not this member's, or the answer would be ignored as one of an older term.
            out.voteGranted(answer, message.from(), message.term());
            if (!poll) {
                restartElectionTimer();
                vote = message.from();
            }
        }
        out.trace(new TraceEvent.Voted(message.from(), message.term(), granted));
    }

    // --- The election timer.

    void tickElection() {
        electionElapsedTicks++;
        if (isPromotable() && electionElapsedTicks >= electionTimeoutTicks) {
            restartElectionTimer();
            campaign(has(ElectionRule.POLL_BEFORE_CAMPAIGN) ? CampaignKind.POLL : CampaignKind.ELECTION);
        }
    }

    /** Counts a tick for a leader; true when a whole election timeout has passed. */
    boolean tickLeaderSpan() {
        if (++electionElapsedTicks < options.electionTicks()) {
            return false;
        }
        restartElectionTimer();
        return true;
    }

    void restartElectionTimer() {
        electionElapsedTicks = 0;
    }

    void setElectionTimeout(int ticks) {
        electionTimeoutTicks = ticks;
    }

    private void drawElectionTimeout() {
        electionTimeoutTicks = options.electionTicks() + random.nextInt(options.electionTicks());
    }

    /** A member that is no voter, or whose log waits for a snapshot, cannot win. */
    private boolean isPromotable() {
        return configuration.isVoter(id()) && log.restoring().isEmpty();
    }

    // --- Changes of role.

    void campaign() {
        campaign(has(ElectionRule.POLL_BEFORE_CAMPAIGN) ? CampaignKind.POLL : CampaignKind.ELECTION);
    }

    void campaign(CampaignKind kind) {
        if (role instanceof Leader || !isPromotable() || log.hasUnappliedConfChange()) {
            return;
        }
        if (kind == CampaignKind.POLL) {
            become(new Candidacy(this, kind)).askForVotes();
        } else {
            becomeCandidate(kind);
        }
    }

    void becomeCandidate(CampaignKind kind) {
        enterTerm(term + 1);
        vote = id();
        become(new Candidacy(this, kind)).askForVotes();
    }

    void becomeFollower(long newTerm, long leader) {
        enterTerm(newTerm);
        become(new Follower(this, leader));
    }

    void becomeLeader() {
        enterTerm(term);
        become(new Leader(this)).begin();
    }

    private void enterTerm(long newTerm) {
        if (newTerm < term) {
            throw new IllegalStateException("term " + newTerm + " after " + term);
        }
        if (newTerm != term) {
            term = newTerm;
            vote = 0;
        }
        restartElectionTimer();
        drawElectionTimeout();
    }

    private <R extends Role> R become(R next) {
        role = next;
        out.trace(new TraceEvent.RoleChanged(next.kind(), term, next.leader()));
        return next;
    }

    // --- Configuration and snapshots.

    void applyConfChange(long index, ConfChange change) {
        if (index <= restoredIndex) {
            overtaken = ConfChanger.apply(overtaken, change).configuration();
            return;
        }
        ConfChanger.Changed changed = ConfChanger.apply(configuration, change);
        configuration = changed.configuration();
        overtaken = configuration;
        out.trace(new TraceEvent.ConfigurationChanged(configuration));
        if (role instanceof Leader leader) {
            leader.configurationChanged(changed.dropped());
        }
    }

    void restore(Snapshot snapshot) {
        log.restore(snapshot);
        restoredIndex = snapshot.index();
        snapshotTaken(snapshot);
        configuration = Configuration.of(snapshot.confState());
        out.trace(new TraceEvent.SnapshotRestored(snapshot.index(), snapshot.term()));
        out.trace(new TraceEvent.ConfigurationChanged(configuration));
    }

    void snapshotTaken(Snapshot snapshot) {
        if (snapshot.index() > newestSnapshot.index()) {
            newestSnapshot = snapshot;
        }
    }
}
