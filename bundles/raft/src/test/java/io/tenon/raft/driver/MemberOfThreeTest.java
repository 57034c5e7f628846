package io.tenon.raft.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import io.tenon.api.consensus.Proposal.DropReason;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.confchange.ConfChangeCodec;
import io.tenon.raft.driver.Bench.Asked;
import io.tenon.raft.driver.Bench.Recorded;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The driver of a member with peers; the test plays these. */
class MemberOfThreeTest {
    private final Bench bench = new Bench();
    private final ConfState three = ConfState.ofVoters(List.of(Bench.SELF, 2L, 3L));

    private static Entry entry(long term, long index) {
        return new Entry(term, index, EntryType.NORMAL, ByteString.copyFromUtf8("e" + index));
    }

    private static Message append(long term, LogMark previous, long commit, Entry... entries) {
        return new Message(MessageType.APPEND, Bench.SELF, 2, term, previous.term(), previous.index(), List.of(entries), commit,
                Snapshot.EMPTY, false, 0, ByteString.EMPTY);
    }

    private List<Message> sent(MessageType type) {
        List<Message> found = bench.sent.stream().filter(message -> message.type() == type).toList();
        bench.sent.removeAll(found);
        return found;
    }

    private RaftDriver lead() {
        RaftDriver driver = bench.start(three, LogMark.ZERO);
        bench.steps();
        while (driver.status().role() != Role.CANDIDATE) {
            bench.tick();
        }
        bench.settle();
        driver.receive(Message.of(MessageType.VOTE_RESPONSE, Bench.SELF, 2, driver.status().term()));
        bench.settle();
        assertTrue(driver.status().isLeader());
        return driver;
    }

    @Test
    void waitsForItsTimerBeforeItCampaigns() {
        var driver = bench.start(three, LogMark.ZERO);
        bench.settle();
        bench.tick();
        assertEquals(Role.FOLLOWER, driver.status().role());
    }

    @Test
    void asksForVotesWhenItsOwnIsDurable() {
        var driver = bench.start(three, LogMark.ZERO);
        bench.steps();
        while (driver.status().role() != Role.CANDIDATE) {
            bench.tick();
        }
        assertEquals(List.of(), sent(MessageType.VOTE));
        assertEquals(1, bench.log.waiting.size());
        bench.log.sync();
        bench.steps();
        assertEquals(2, sent(MessageType.VOTE).size());
        assertEquals(Bench.SELF, bench.log.durableState.vote());
    }

    @Test
    void answersAnAppendWhenItIsDurable() {
        var driver = bench.start(three, LogMark.ZERO);
        bench.steps();
        driver.receive(append(1, LogMark.ZERO, 0, entry(1, 1)));
        bench.steps();
        assertEquals(List.of(), sent(MessageType.APPEND_RESPONSE));
        bench.log.sync();
        bench.steps();
        assertEquals(1, sent(MessageType.APPEND_RESPONSE).getFirst().index());
        assertEquals(2, driver.status().leader());
    }

    @Test
    void answerWithoutAStoreWaitsForStoresBeforeIt() {
        var driver = bench.start(three, LogMark.ZERO);
        driver.receive(append(1, LogMark.ZERO, 0, entry(1, 1)));
        bench.steps();
        driver.receive(append(1, LogMark.ZERO, 0, entry(1, 1)));
        bench.steps();
        assertEquals(1, bench.log.waiting.size());
        assertEquals(List.of(), sent(MessageType.APPEND_RESPONSE));
        bench.settle();
        assertEquals(2, sent(MessageType.APPEND_RESPONSE).size());
        driver.receive(append(1, LogMark.ZERO, 1, entry(1, 1)));
        bench.steps();
        assertEquals(1, sent(MessageType.APPEND_RESPONSE).size());
        assertEquals(List.of("e1"), bench.committedText());
    }

    @Test
    void leaderSendsBeforeItsOwnDiskIsDoneAndCountsItselfAfter() {
        var driver = lead();
        sent(MessageType.APPEND);
        for (long peer = 2; peer <= 3; peer++) {
            driver.receive(accepted(peer, driver.status().term(), 1));
        }
        bench.settle();
        sent(MessageType.APPEND);
        for (int i = 0; i < 100; i++) {
            driver.propose(new Recorded("p" + i));
        }
        bench.steps();
        List<Message> appends = sent(MessageType.APPEND);
        assertEquals(2, appends.size());
        assertEquals(100, appends.getFirst().entries().size());
        driver.receive(accepted(2, driver.status().term(), 101));
        bench.steps();
        assertEquals(1, driver.status().commit());
        bench.settle();
        assertEquals(101, driver.status().commit());
    }

    private static Message accepted(long from, long term, long index) {
        return new Message(MessageType.APPEND_RESPONSE, Bench.SELF, from, term, 0, index, List.of(), 0, Snapshot.EMPTY, false, 0,
                ByteString.EMPTY);
    }

    @Test
    void readsThatWaitTogetherShareOneRoundAndFailWithTheLeader() {
        var driver = lead();
        driver.receive(accepted(2, driver.status().term(), 1));
        bench.settle();
        sent(MessageType.HEARTBEAT);
        var first = new Asked();
        var second = new Asked();
        driver.readIndex(first);
        driver.readIndex(second);
        bench.steps();
        List<Message> round = sent(MessageType.HEARTBEAT);
        assertEquals(2, round.size());
        driver.receive(new Message(MessageType.HEARTBEAT_RESPONSE, Bench.SELF, 3, driver.status().term(), 0, 0, List.of(), 0, Snapshot.EMPTY,
                false, 0, round.getFirst().context()));
        bench.steps();
        assertEquals(List.of(1L), first.confirmed);
        assertEquals(List.of(1L), second.confirmed);
        var third = new Asked();
        driver.readIndex(third);
        bench.steps();
        driver.receive(append(driver.status().term() + 1, new LogMark(1, 1), 1));
        bench.steps();
        assertEquals(1, third.failures);
    }

    @Test
    void forwardedReadIsGivenUpAfterAnElectionTimeout() {
        var driver = bench.start(three, LogMark.ZERO);
        driver.receive(append(1, LogMark.ZERO, 0));
        bench.settle();
        var asked = new Asked();
        driver.readIndex(asked);
        bench.steps();
        assertEquals(1, sent(MessageType.READ_INDEX).size());
        for (int i = 0; i < 9; i++) {
            driver.receive(append(1, LogMark.ZERO, 0));
            bench.tick();
        }
        assertEquals(0, asked.failures);
        bench.tick();
        assertEquals(1, asked.failures);
    }

    @Test
    void forwardedProposalIsAcceptedWithoutAPlace() {
        var driver = bench.start(three, LogMark.ZERO);
        driver.receive(append(1, LogMark.ZERO, 0));
        bench.settle();
        var proposal = new Recorded("a");
        driver.propose(proposal);
        bench.steps();
        assertEquals(List.of(LogMark.ZERO), proposal.accepted);
        assertEquals(2, sent(MessageType.PROPOSE).getFirst().to());
    }

    @Test
    void rulesHoldFromTheNextTick() {
        var driver = lead();
        driver.changeRules(EnumSet.of(ElectionRule.RESIGN_WITHOUT_QUORUM));
        for (int i = 0; i < 21; i++) {
            bench.tick();
        }
        assertEquals(Role.FOLLOWER, driver.status().role());
        assertFalse(bench.statuses.getLast().isLeader());
    }

    @Test
    void peerThatIsNotReachedIsProbedHoweverOftenItIsSaid() {
        var driver = lead();
        driver.receive(accepted(2, driver.status().term(), 1));
        bench.settle();
        sent(MessageType.APPEND);
        for (int report = 0; report < 2 * RaftDriver.MOST_REQUESTS; report++) {
            driver.peerUnreachable(2);
        }
        bench.steps();
        for (int i = 0; i < 10; i++) {
            driver.propose(new Recorded("p" + i));
            bench.settle();
        }
        assertEquals(1, sent(MessageType.APPEND).stream().filter(message -> message.to() == 2).count());
    }

    @Test
    void lastOfSeveralChangesOfTheRulesHolds() {
        var driver = lead();
        driver.changeRules(EnumSet.of(ElectionRule.RESIGN_WITHOUT_QUORUM));
        driver.changeRules(EnumSet.of(ElectionRule.POLL_BEFORE_CAMPAIGN));
        assertEquals(Set.of(), driver.status().rules());
        bench.tick();
        assertEquals(Set.of(ElectionRule.POLL_BEFORE_CAMPAIGN), driver.status().rules());
        driver.changeRules(EnumSet.of(ElectionRule.RESIGN_WITHOUT_QUORUM));
        driver.changeRules(EnumSet.of(ElectionRule.POLL_BEFORE_CAMPAIGN));
        bench.tick();
        assertEquals(Set.of(ElectionRule.POLL_BEFORE_CAMPAIGN), driver.status().rules());
    }

    @Test
    void snapshotIsSavedAfterTheStoresBeforeItAndAnsweredWhenDurable() {
        var driver = bench.start(three, LogMark.ZERO);
        driver.receive(append(1, LogMark.ZERO, 0, entry(1, 1)));
        bench.steps();
        var snapshot = new Snapshot(50, 1, three, ByteString.copyFromUtf8("members"));
        driver.receive(new Message(MessageType.SNAPSHOT, Bench.SELF, 2, 1, 0, 0, List.of(), 0, snapshot, false, 0, ByteString.EMPTY));
        bench.steps();
        assertEquals(List.of(), bench.log.snapshots);
        bench.log.sync();
        bench.steps();
        assertEquals(List.of(snapshot), bench.snapshots);
        assertEquals(List.of(snapshot), bench.log.snapshots);
        bench.settle();
        assertEquals(50, sent(MessageType.APPEND_RESPONSE).getLast().index());
        assertEquals(50, driver.status().commit());
        driver.receive(append(1, new LogMark(1, 50), 51, entry(1, 51)));
        bench.settle();
        assertEquals(List.of("e51"), bench.committedText());
    }

    private Message fifty() {
        return new Message(MessageType.SNAPSHOT, Bench.SELF, 2, 1, 0, 0, List.of(), 0, new Snapshot(50, 1, three, ByteString.EMPTY), false, 0,
                ByteString.EMPTY);
    }

    /** The snapshot's record brings the state of its own term: an older one may not come behind it. */
    @Test
    void commitIndexThatWasHeldBackIsNotWrittenWhileASnapshotIsSaved() {
        var driver = bench.start(three, LogMark.ZERO);
        driver.receive(append(1, LogMark.ZERO, 0, entry(1, 1)));
        bench.settle();
        driver.receive(append(1, new LogMark(1, 1), 1));
        bench.settle();
        bench.blockingLater = true;
        var snapshot = new Snapshot(50, 2, three, ByteString.EMPTY);
        driver.receive(new Message(MessageType.SNAPSHOT, Bench.SELF, 3, 2, 0, 0, List.of(), 0, snapshot, false, 0, ByteString.EMPTY));
        bench.steps();
        bench.blocking.remove().run();
        int before = bench.log.taken.size();
        bench.tick();
        assertEquals(List.of(snapshot), bench.snapshots);
        assertEquals(List.of(new HardState(2, 0, 50)), bench.log.taken.stream().skip(before).map(append -> append.hardState().orElseThrow()).toList());
    }

    @Test
    void whoBroughtASnapshotIsToldAfterTheSinkWas() {
        var driver = bench.start(three, LogMark.ZERO);
        driver.receive(append(1, LogMark.ZERO, 0, entry(1, 1)));
        bench.steps();
        driver.receive(fifty());
        var snapshotsSeen = new ArrayList<Integer>();
        driver.afterReceived(() -> snapshotsSeen.add(bench.snapshots.size()));
        bench.steps();
        assertEquals(List.of(), snapshotsSeen, "the entry before it is not durable, so the snapshot is not saved yet");
        bench.log.sync();
        bench.steps();
        assertEquals(List.of(1), snapshotsSeen);
    }

    @Test
    void whoBroughtASnapshotThatIsNotWantedIsToldToo() {
        var driver = bench.start(three, LogMark.ZERO);
        driver.receive(append(7, LogMark.ZERO, 0, entry(7, 1)));
        bench.settle();
        driver.receive(fifty());
        var snapshotsSeen = new ArrayList<Integer>();
        driver.afterReceived(() -> snapshotsSeen.add(bench.snapshots.size()));
        bench.steps();
        assertEquals(List.of(0), snapshotsSeen, "the term of its sender is over");
    }

    @Test
    void aChangeThatASnapshotHasOvertakenIsNotTakenForALaterOne() {
        var driver = bench.start(three, LogMark.ZERO);
        var adds9 = new ConfChange(true, 0, Transition.AUTO, List.of(new Step(Kind.ADD_LEARNER, 9)), ByteString.EMPTY);
        var adds10 = new ConfChange(true, 0, Transition.AUTO, List.of(new Step(Kind.ADD_LEARNER, 10)), ByteString.EMPTY);
        driver.receive(append(1, LogMark.ZERO, 1, new Entry(1, 1, EntryType.CONF_CHANGE, ConfChangeCodec.encode(adds9))));
        bench.settle();
        assertEquals(1, bench.committed.size());
        driver.receive(fifty());
        bench.settle();
        driver.receive(append(1, new LogMark(1, 50), 51, new Entry(1, 51, EntryType.CONF_CHANGE, ConfChangeCodec.encode(adds10))));
        bench.settle();
        var states = new ArrayList<ConfState>();
        driver.applied(50);
        driver.applyConfChange(adds10, states::add);
        bench.settle();
        assertEquals(List.of(10L), states.getFirst().learners());
        driver.applied(51);
        var adds11 = new ConfChange(true, 0, Transition.AUTO, List.of(new Step(Kind.ADD_LEARNER, 11)), ByteString.EMPTY);
        driver.receive(append(1, new LogMark(1, 51), 52, new Entry(1, 52, EntryType.CONF_CHANGE, ConfChangeCodec.encode(adds11))));
        bench.settle();
        driver.applyConfChange(adds11, states::add);
        bench.settle();
        assertEquals(List.of(10L, 11L), states.getLast().learners());
    }

    @Test
    void whatOnlyThisLeadershipMayDecideIsNotLoggedInAnother() {
        var driver = lead();
        long term = driver.status().term();
        var now = new Recorded("now");
        now.onlyInTerm = OptionalLong.of(term);
        driver.propose(now);
        var earlier = new Recorded("earlier");
        earlier.onlyInTerm = OptionalLong.of(term - 1);
        driver.propose(earlier);
        bench.steps();
        assertEquals(List.of(new LogMark(term, 2)), now.accepted);
        assertEquals(List.of(DropReason.DEPOSED), earlier.dropped);
        driver.receive(append(term + 1, LogMark.ZERO, 0));
        var late = new Recorded("late");
        late.onlyInTerm = OptionalLong.of(term);
        driver.propose(late);
        bench.steps();
        assertEquals(2, driver.status().leader());
        assertEquals(List.of(DropReason.DEPOSED), late.dropped);
        assertEquals(List.of(), sent(MessageType.PROPOSE));
    }

    @Test
    void noMoreThanTwoRoundsOfReadsAreUnderWayAndTheOthersGoTogether() {
        var driver = lead();
        driver.receive(accepted(2, driver.status().term(), 1));
        bench.settle();
        sent(MessageType.HEARTBEAT);
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            asked.add(new Asked());
            driver.readIndex(asked.getLast());
            bench.steps();
        }
        List<Message> rounds = sent(MessageType.HEARTBEAT).stream().filter(message -> message.to() == 2).toList();
        assertEquals(2, rounds.size());
        for (Message round : rounds) {
            driver.receive(new Message(MessageType.HEARTBEAT_RESPONSE, Bench.SELF, 2, driver.status().term(), 0, 0, List.of(), 0, Snapshot.EMPTY,
                    false, 0, round.context()));
        }
        bench.steps();
        assertEquals(List.of(1, 1, 0, 0, 0), asked.stream().map(one -> one.confirmed.size()).toList());
        rounds = sent(MessageType.HEARTBEAT).stream().filter(message -> message.to() == 2).toList();
        assertEquals(1, rounds.size());
        driver.receive(new Message(MessageType.HEARTBEAT_RESPONSE, Bench.SELF, 2, driver.status().term(), 0, 0, List.of(), 0, Snapshot.EMPTY,
                false, 0, rounds.getFirst().context()));
        bench.steps();
        assertEquals(List.of(1, 1, 1, 1, 1), asked.stream().map(one -> one.confirmed.size()).toList());
    }

    /** The others follow, but the own disk does not finish what it was given. */
    private RaftDriver leadOnADiskThatStands() {
        var driver = lead();
        driver.receive(accepted(2, driver.status().term(), 1));
        driver.receive(accepted(3, driver.status().term(), 1));
        bench.settle();
        driver.propose(new Recorded("on the way"));
        bench.steps();
        assertEquals(1, bench.log.waiting.size());
        return driver;
    }

    @Test
    void aLeaderWhoseDiskStandsStillForAnElectionTimeoutHandsOverToWhoHasMost() {
        var driver = leadOnADiskThatStands();
        driver.receive(accepted(3, driver.status().term(), 2));
        for (int tick = 0; tick < 10; tick++) {
            assertEquals(List.of(), sent(MessageType.TIMEOUT_NOW));
            bench.tick();
        }
        bench.tick();
        assertEquals(List.of(3L), sent(MessageType.TIMEOUT_NOW).stream().map(Message::to).toList());
    }

    @Test
    void aLeaderWhoseDiskStandsStillAndWhoFindsNoSuccessorStepsDown() {
        var driver = leadOnADiskThatStands();
        for (int tick = 0; tick < 21; tick++) {
            assertTrue(driver.status().isLeader());
            bench.tick();
        }
        assertEquals(Role.FOLLOWER, driver.status().role());
        assertEquals(0, driver.status().leader());
    }

    @Test
    void aLeaderThatIsAloneWaitsForItsDisk() {
        var driver = bench.startLeading();
        driver.propose(new Recorded("on the way"));
        bench.steps();
        for (int tick = 0; tick < 50; tick++) {
            bench.tick();
        }
        assertTrue(driver.status().isLeader());
    }

    @Test
    void aSlowDiskThatGoesOnDoesNotEndALeadership() {
        var driver = leadOnADiskThatStands();
        for (int tick = 0; tick < 60; tick++) {
            if (tick % 9 == 0) {
                bench.log.sync();
                driver.propose(new Recorded("more"));
            }
            bench.tick();
        }
        assertTrue(driver.status().isLeader());
        assertEquals(List.of(), sent(MessageType.TIMEOUT_NOW));
    }
}
