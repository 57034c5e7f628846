package io.tenon.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.ConfChange.Transition;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus.Role;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.confchange.ConfChangeCodec;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One core of three, to whom the test plays the others. */
class CoreTest {
    private static final int ELECTION_TICKS = 10;
    private static final long BASE = 10;

    private CoreOptions.Limits limits = new CoreOptions.Limits(Long.MAX_VALUE, 100, 0, Long.MAX_VALUE, 1_000, Long.MAX_VALUE, 0);
    private RaftCore core;
    private Outbox last;

    private void start(long... voters) {
        start(List.of(), voters);
    }

    private void start(List<Entry> tail, long... voters) {
        var options = new CoreOptions(1, ELECTION_TICKS, 1, 3, limits, Set.of(Behaviour.HAND_OUT_DURABLE_ONLY));
        var ids = new ArrayList<Long>();
        for (long voter : voters) {
            ids.add(voter);
        }
        core = new RaftCore(options, new CoreStart(new HardState(1, 0, BASE), ConfState.ofVoters(ids), BASE, BASE + 1,
                new LogMark(1, BASE), tail, Snapshot.EMPTY, Set.of()));
    }

    private static Entry entry(long term, long index) {
        return new Entry(term, index, EntryType.NORMAL, ByteString.copyFromUtf8(term + "/" + index));
    }

    private StepResult receive(Message message) {
        return core.step(new Input.Receive(message));
    }

    private static Message append(long from, long term, LogMark previous, long commit, Entry... entries) {
        return new Message(MessageType.APPEND, 1, from, term, previous.term(), previous.index(), List.of(entries), commit, Snapshot.EMPTY,
                false, 0, ByteString.EMPTY);
    }

    private static Message accepted(long from, long term, long index) {
        return new Message(MessageType.APPEND_RESPONSE, 1, from, term, 0, index, List.of(), 0, Snapshot.EMPTY, false, 0, ByteString.EMPTY);
    }

    private static Message heartbeatAnswer(long from, long term, ByteString context) {
        return new Message(MessageType.HEARTBEAT_RESPONSE, 1, from, term, 0, 0, List.of(), 0, Snapshot.EMPTY, false, 0, context);
    }

    private Outbox take() {
        last = core.take();
        return last;
    }

    /** A disk without delay. */
    private void store(Outbox outbox) {
        outbox.whenDurable().stream().filter(message -> message.to() == 1).forEach(this::receive);
        outbox.durable().ifPresent(core::step);
    }

    private void lead() {
        core.step(new Input.Campaign());
        store(take());
        receive(Message.of(MessageType.VOTE_RESPONSE, 1, 2, core.status().term()));
        assertEquals(Role.LEADER, core.status().role());
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            core.step(new Input.Tick());
        }
    }

    @Test
    void durableMarkOfAnOverwrittenCopySaysNothingOfTheSecondOne() {
        start(1, 2, 3);
        var previous = new LogMark(1, BASE);
        receive(append(2, 2, previous, BASE, entry(2, 11)));
        Input.Durable first = take().durable().orElseThrow();
        receive(append(3, 3, previous, BASE, entry(3, 11)));
        Input.Durable second = take().durable().orElseThrow();
        receive(append(2, 4, previous, 11, entry(2, 11), entry(4, 12)));
        Input.Durable third = take().durable().orElseThrow();

        core.step(first);
        core.step(second);
        assertEquals(11, core.status().commit());
        assertFalse(core.hasOutput());
        core.step(third);
        assertEquals(List.of(entry(2, 11)), take().committed());
    }

    @Test
    void entryOfAnOlderTermIsNotCommittedByCounting() {
        start(List.of(entry(1, 11)), 1, 2, 3);
        lead();
        receive(accepted(2, 2, 11));
        assertEquals(BASE, core.status().commit());
        store(take());
        receive(accepted(3, 2, 12));
        assertEquals(12, core.status().commit());
    }

    @Test
    void ownCopyCountsWhenItIsDurable() {
        start(1, 2, 3);
        lead();
        Outbox first = take();
        core.step(new Input.Propose(List.of(ByteString.copyFromUtf8("a"))));
        take();
        store(first);
        receive(accepted(2, 2, 12));
        assertEquals(11, core.status().commit());
        store(last);
        assertEquals(12, core.status().commit());
    }

    @Test
    void readIsAnsweredByAQuorumOfHeartbeatsAndAnswersAllBeforeIt() {
        start(1, 2, 3);
        lead();
        store(take());
        receive(accepted(2, 2, 11));
        take();
        var first = ByteString.copyFromUtf8("first");
        var second = ByteString.copyFromUtf8("second");
        core.step(new Input.ReadIndex(first));
        core.step(new Input.ReadIndex(second));
        assertEquals(4, take().messages().stream().filter(message -> message.type() == MessageType.HEARTBEAT).count());
        receive(heartbeatAnswer(3, 2, second));
        assertEquals(List.of(new Outbox.ReadState(11, first), new Outbox.ReadState(11, second)), take().readStates());
    }

    @Test
    void readOfAFollowerGoesToTheLeaderAndComesBack() {
        start(1, 2, 3);
        var context = ByteString.copyFromUtf8("read");
        assertEquals(StepResult.NO_LEADER, core.step(new Input.ReadIndex(context)));
        receive(append(2, 2, new LogMark(1, BASE), BASE));
        assertEquals(StepResult.TAKEN, core.step(new Input.ReadIndex(context)));
        Message asked = take().messages().getFirst();
        assertEquals(MessageType.READ_INDEX, asked.type());
        assertEquals(2, asked.to());
        receive(new Message(MessageType.READ_INDEX_RESPONSE, 1, 2, 2, 0, 10, asked.entries(), 0, Snapshot.EMPTY, false, 0, ByteString.EMPTY));
        assertEquals(List.of(new Outbox.ReadState(10, context)), take().readStates());
    }

    @Test
    void proposalsBeyondTheLimitAreRefusedUntilSomeAreApplied() {
        start(1);
        core.step(new Input.Campaign());
        store(take());
        store(take());
        store(take());
        core.step(new Input.Applied(11));
        var half = ByteString.copyFrom(new byte[600]);
        var larger = ByteString.copyFrom(new byte[1_001]);
        // The first fits, however large; then only what has no payload, or leaving a joint configuration could be refused.
        assertEquals(StepResult.TAKEN, core.step(new Input.Propose(List.of(larger))));
        assertEquals(StepResult.TOO_MUCH_UNCOMMITTED, core.step(new Input.Propose(List.of(half))));
        assertEquals(StepResult.TAKEN, core.step(new Input.Propose(List.of(ByteString.EMPTY))));
        store(take());
        assertEquals(2, take().committed().size());
        core.step(new Input.Applied(13));
        assertEquals(StepResult.TAKEN, core.step(new Input.Propose(List.of(half))));
    }

    @Test
    void resigningIsLearntByALiveLeaderWithAFullWindowFromThen() {
        start(1, 2, 3);
        lead();
        ticks(3 * ELECTION_TICKS);
        assertTrue(core.status().isLeader());
        core.step(new Input.RulesChanged(EnumSet.of(ElectionRule.RESIGN_WITHOUT_QUORUM)));
        ticks(ELECTION_TICKS);
        assertTrue(core.status().isLeader());
        ticks(ELECTION_TICKS);
        assertEquals(Role.FOLLOWER, core.status().role());
        assertTrue(take().trace().contains(new TraceEvent.Resigned(2)));
    }

    @Test
    void pollThatRunsEndsUnderTheRuleItBeganWith() {
        start(1, 2, 3);
        core.step(new Input.RulesChanged(EnumSet.of(ElectionRule.POLL_BEFORE_CAMPAIGN)));
        core.step(new Input.Campaign());
        assertEquals(Role.PRE_CANDIDATE, core.status().role());
        core.step(new Input.RulesChanged(Set.of()));
        store(take());
        receive(Message.of(MessageType.PRE_VOTE_RESPONSE, 1, 2, 2));
        assertEquals(Role.CANDIDATE, core.status().role());
        assertEquals(2, core.status().term());
    }

    @Test
    void commitIndexOfAnAppendCountsAsFarAsTheAppendReaches() {
        start(List.of(entry(1, 11), entry(1, 12)), 1, 2, 3);
        receive(append(2, 2, new LogMark(1, BASE), 12, entry(1, 11)));
        assertEquals(11, core.status().commit());
    }

    @Test
    void leaderHearsOfItselfAlsoWithASlowDisk() {
        start(1, 2, 3);
        core.step(new Input.RulesChanged(EnumSet.of(ElectionRule.RESIGN_WITHOUT_QUORUM)));
        lead();
        for (int span = 0; span < 3; span++) {
            receive(heartbeatAnswer(2, 2, ByteString.EMPTY));
            ticks(ELECTION_TICKS);
        }
        assertTrue(core.status().isLeader());
    }

    @Test
    void firstAnswerOfAVoterCounts() {
        start(1, 2, 3);
        core.step(new Input.Campaign());
        store(take());
        Message yes = Message.of(MessageType.VOTE_RESPONSE, 1, 2, 2);
        receive(new Message(MessageType.VOTE_RESPONSE, 1, 2, 2, 0, 0, List.of(), 0, Snapshot.EMPTY, true, 0, ByteString.EMPTY));
        receive(yes);
        assertEquals(Role.CANDIDATE, core.status().role());
    }

    @Test
    void changeBehindOtherEntriesOfOneMessageIsPendingWhereItLies() {
        start(1);
        core.step(new Input.Campaign());
        store(take());
        store(take());
        var change = new Entry(0, 0, EntryType.CONF_CHANGE_V2, ConfChangeCodec.encode(
                new ConfChange(false, 0, Transition.AUTO, List.of(new Step(Kind.ADD_LEARNER, 9)), ByteString.EMPTY)));
        receive(new Message(MessageType.PROPOSE, 1, 2, 0, 0, 0, List.of(entry(0, 0), change), 0, Snapshot.EMPTY, false, 0, ByteString.EMPTY));
        store(take());
        core.step(new Input.Applied(12));
        core.step(new Input.ProposeConfChange(change.type(), change.data()));
        assertEquals(List.of(EntryType.NORMAL), take().entries().stream().map(Entry::type).toList());
    }

    @Test
    void pollIsAnsweredWithoutTheRule() {
        start(1, 2, 3);
        receive(new Message(MessageType.PRE_VOTE, 1, 2, 2, 1, BASE, List.of(), 0, Snapshot.EMPTY, false, 0, ByteString.EMPTY));
        Message answer = take().whenDurable().getFirst();
        assertFalse(answer.reject());
        assertEquals(2, answer.term());
        assertEquals(1, core.status().term());
    }

    @Test
    void slowPeerIsServedFromTheLog() {
        limits = new CoreOptions.Limits(1_000, 100, 0, Long.MAX_VALUE, 1_000, 0, 0);
        start(1, 2, 3);
        core.step(new Input.SnapshotTaken(new Snapshot(BASE, 1, ConfState.ofVoters(List.of(1L, 2L, 3L)), ByteString.EMPTY)));
        lead();
        // Nothing that was applied is kept in memory, and the third member has not answered yet.
        for (int index = 11; index < 15; index++) {
            store(take());
            receive(accepted(2, 2, index));
            take();
            core.step(new Input.Applied(index));
            core.step(new Input.Propose(List.of(ByteString.copyFromUtf8("x"))));
        }
        take();
        receive(heartbeatAnswer(3, 2, ByteString.EMPTY));
        Outbox.Load load = take().loads().getFirst();
        assertEquals(new Outbox.Load(3, 11, 15, 1_000), load);
        core.step(new Input.Loaded(load, List.of(entry(2, 11), entry(2, 12))));
        Message sent = take().messages().getFirst();
        assertEquals(new LogMark(1, BASE), new LogMark(sent.logTerm(), sent.index()));
        assertEquals(List.of(entry(2, 11), entry(2, 12)), sent.entries());

        // From here on the entry before is loaded as well, for its term; when a page has room for nothing else, both are asked for.
        receive(accepted(3, 2, 12));
        load = take().loads().getFirst();
        assertEquals(new Outbox.Load(3, 12, 15, 1_000), load);
        core.step(new Input.Loaded(load, List.of(entry(2, 12))));
        Outbox again = take();
        assertEquals(List.of(), again.messages());
        load = again.loads().getFirst();
        assertEquals(new Outbox.Load(3, 12, 14, Long.MAX_VALUE), load);
        core.step(new Input.Loaded(load, List.of(entry(2, 12), entry(2, 13), entry(2, 14))));
        sent = take().messages().getFirst();
        assertEquals(new LogMark(2, 12), new LogMark(sent.logTerm(), sent.index()));
        assertEquals(List.of(entry(2, 13), entry(2, 14)), sent.entries());
    }

    @Test
    void brokenPromisesStopTheMemberWithTheNumbers() {
        start(1, 2, 3);
        var beyond = new Message(MessageType.HEARTBEAT, 1, 2, 2, 0, 0, List.of(), 17, Snapshot.EMPTY, false, 0, ByteString.EMPTY);
        assertEquals("commit 17 beyond last 10, commit so far 10",
                assertThrows(IllegalStateException.class, () -> receive(beyond)).getMessage());
        assertThrows(IllegalStateException.class, () -> core.step(new Input.Applied(12)));
        start(1, 2, 3);
        lead();
        var rival = append(3, 2, new LogMark(1, BASE), BASE);
        assertEquals("two leaders in term 2: 1 and 3", assertThrows(IllegalStateException.class, () -> receive(rival)).getMessage());
    }

    @Test
    void committedEntryIsNeverReplaced() {
        start(List.of(entry(1, 11)), 1, 2, 3);
        receive(append(2, 2, new LogMark(1, 11), 11));
        store(take());
        assertEquals(11, core.status().commit());
        assertThrows(IllegalStateException.class, () -> receive(append(2, 2, new LogMark(1, BASE + 1), 11, entry(2, 11))));
    }

    @Test
    void handsOutNoMoreThanItsLimitBeforeSomeIsApplied() {
        limits = new CoreOptions.Limits(Long.MAX_VALUE, 100, 0, 30, 1_000_000, Long.MAX_VALUE, 0);
        start(1);
        core.step(new Input.Campaign());
        store(take());
        store(take());
        assertEquals(1, take().committed().size());
        core.step(new Input.Applied(11));
        core.step(new Input.Propose(List.of(entry(1, 1).data(), entry(1, 2).data(), entry(1, 3).data(), entry(1, 4).data())));
        store(take());
        Outbox some = take();
        assertEquals(2, some.committed().size());
        assertFalse(core.hasOutput());
        core.step(new Input.Applied(13));
        assertEquals(2, take().committed().size());
    }
}
