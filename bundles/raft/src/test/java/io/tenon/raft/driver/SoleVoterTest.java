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
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Proposal.DropReason;
import io.tenon.raft.confchange.ConfChangeCodec;
import io.tenon.raft.driver.Bench.Asked;
import io.tenon.raft.driver.Bench.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SoleVoterTest {
    private final Bench bench = new Bench();

    @Test
    void campaignsAtOnceAndLeadsOnlyWhenItsVoteIsDurable() {
        var driver = bench.startAlone();
        bench.steps();
        assertFalse(driver.status().isLeader());
        assertEquals(1, bench.log.waiting.size());
        var vote = bench.log.waiting.peek();
        assertEquals(new HardState(1, Bench.SELF, 0), vote.hardState().orElseThrow());
        assertTrue(vote.mustSync());
        assertTrue(vote.entries().isEmpty());

        bench.log.sync();
        bench.steps();
        assertTrue(driver.status().isLeader());
        assertEquals(1, driver.status().term());
        assertEquals(0, driver.status().commit());
        assertTrue(bench.committed.isEmpty());

        bench.log.sync();
        bench.steps();
        assertEquals(1, driver.status().commit());
        assertEquals(1, bench.committed.size());
        assertEquals(driver.status().leader(), bench.statuses.getLast().leader());
    }

    @Test
    void handsAnEntryOverWhenItIsDurableAndNotBefore() {
        var driver = bench.startLeading();
        var proposal = new Recorded("a");
        driver.propose(proposal);
        bench.steps();
        assertEquals(List.of(new LogMark(1, 2)), proposal.accepted);
        assertEquals(List.of(), bench.committedText());
        assertEquals(1, driver.status().commit());

        bench.log.sync();
        assertEquals(List.of(), bench.committedText());
        bench.steps();
        assertEquals(List.of("a"), bench.committedText());
        assertEquals(2, driver.status().commit());
    }

    @Test
    void takesProposalsWhileTheDiskWorksAndCommitsInOrder() {
        var driver = bench.startLeading();
        for (String text : List.of("a", "b", "c")) {
            driver.propose(new Recorded(text));
            bench.steps();
        }
        assertEquals(3, bench.log.waiting.size());
        bench.log.sync();
        bench.steps();
        assertEquals(List.of("a"), bench.committedText());
        bench.log.syncAll();
        bench.steps();
        assertEquals(List.of("a", "b", "c"), bench.committedText());
    }

    @Test
    void bringsAllThatWaitIntoOneAppend() {
        var driver = bench.startLeading();
        int before = bench.log.taken.size();
        var proposals = new ArrayList<Recorded>();
        for (int i = 0; i < 500; i++) {
            proposals.add(new Recorded("p" + i));
            driver.propose(proposals.getLast());
        }
        bench.step();
        assertEquals(before + 1, bench.log.taken.size());
        assertEquals(500, bench.log.taken.getLast().entries().size());
        assertEquals(List.of(new LogMark(1, 501)), proposals.getLast().accepted);
        bench.log.sync();
        int offers = bench.offers;
        bench.step();
        assertEquals(offers + 1, bench.offers);
        assertEquals(500, bench.committedText().size());
    }

    @Test
    void oneWriteOfABatchCarriesTheCommitOfTheOneBefore() {
        var driver = bench.startLeading();
        driver.propose(new Recorded("a"));
        bench.settle();
        int before = bench.log.taken.size();
        driver.propose(new Recorded("b"));
        bench.settle();
        assertEquals(before + 1, bench.log.taken.size());
        assertEquals(2, bench.log.taken.getLast().hardState().orElseThrow().commit());
        bench.tick();
        assertEquals(before + 2, bench.log.taken.size());
        assertFalse(bench.log.taken.getLast().mustSync());
        assertEquals(3, bench.log.taken.getLast().hardState().orElseThrow().commit());
        bench.settle();
        bench.tick();
        assertEquals(before + 2, bench.log.taken.size());
    }

    @Test
    void offersAgainWhatTheApplyLoopHadNoRoomFor() {
        var driver = bench.startLeading();
        bench.sinkFull = true;
        driver.propose(new Recorded("a"));
        bench.settle();
        driver.propose(new Recorded("b"));
        bench.settle();
        assertEquals(List.of(), bench.committedText());
        bench.sinkFull = false;
        driver.applied(1);
        bench.steps();
        assertEquals(List.of("a", "b"), bench.committedText());
    }

    @Test
    void readWaitsForAnEntryOfItsOwnTerm() {
        bench.log.durable.add(new Entry(3, 1, EntryType.NORMAL, ByteString.copyFromUtf8("old")));
        bench.log.durableState = new HardState(3, Bench.SELF, 0);
        var driver = bench.startAlone();
        bench.steps();
        bench.log.sync();
        bench.steps();
        assertTrue(driver.status().isLeader());
        var first = new Asked();
        var second = new Asked();
        driver.readIndex(first);
        driver.readIndex(second);
        bench.steps();
        assertEquals(List.of(), first.confirmed);
        bench.settle();
        assertEquals(List.of(2L), first.confirmed);
        assertEquals(List.of(2L), second.confirmed);
        assertEquals(List.of("old"), bench.committedText());
    }

    @Test
    void readFailsWhileNobodyLeads() {
        var driver = bench.startAlone();
        var asked = new Asked();
        driver.readIndex(asked);
        bench.steps();
        assertEquals(1, asked.failures);
        var proposal = new Recorded("a");
        driver.propose(proposal);
        bench.steps();
        assertEquals(List.of(DropReason.NO_LEADER), proposal.dropped);
    }

    @Test
    void refusesProposalsWhenTheInboxIsFull() {
        var driver = bench.startLeading();
        for (int i = 0; i < RaftDriver.MOST_PROPOSALS; i++) {
            driver.propose(new Recorded("x"));
        }
        var last = new Recorded("y");
        driver.propose(last);
        assertEquals(List.of(DropReason.BUSY), last.dropped);
        bench.settle();
        assertEquals(RaftDriver.MOST_PROPOSALS, bench.committedText().size());
    }

    @Test
    void keepsOrderWhenTheLogRefuses() {
        var driver = bench.startLeading();
        bench.log.capacity = 1;
        for (String text : List.of("a", "b", "c", "d")) {
            driver.propose(new Recorded(text));
            bench.step();
        }
        assertEquals(1, bench.log.waiting.size());
        assertEquals(List.of(), bench.committedText());
        bench.settle();
        assertEquals(List.of("a", "b", "c", "d"), bench.committedText());
    }

    @Test
    void replaysCommittedEntriesFromTheLogInPages() {
        int count = 3_000;
        for (int i = 1; i <= count; i++) {
            bench.log.durable.add(new Entry(1, i, EntryType.NORMAL, ByteString.copyFrom(new byte[1_000])));
        }
        bench.log.durableState = new HardState(1, Bench.SELF, count);
        bench.start(ConfState.ofVoters(List.of(Bench.SELF)), new LogMark(1, 500));
        bench.steps();
        assertEquals(count - 500, bench.committed.size());
        assertEquals(501, bench.committed.getFirst().index());
        assertTrue(bench.log.reads >= 3, "only " + bench.log.reads + " reads");
        bench.settle();
        assertEquals(count + 1, bench.committed.getLast().index());
        assertEquals(2, bench.committed.getLast().term());
    }

    @Test
    void stopsReplayingWhileTheApplyLoopIsFull() {
        for (int i = 1; i <= 5_000; i++) {
            bench.log.durable.add(new Entry(1, i, EntryType.NORMAL, ByteString.copyFrom(new byte[1_000])));
        }
        bench.log.durableState = new HardState(1, Bench.SELF, 5_000);
        bench.sinkFull = true;
        bench.startAlone();
        bench.steps();
        assertTrue(bench.log.reads <= 4, bench.log.reads + " reads");
        bench.sinkFull = false;
        bench.settle();
        assertEquals(5_001, bench.committed.size());
    }

    @Test
    void doesNotCampaignBeforeACommittedConfigurationChangeIsApplied() {
        var change = new ConfChange(true, 7, Transition.AUTO, List.of(new Step(Kind.ADD_VOTER, Bench.SELF)), ByteString.EMPTY);
        bench.log.durable.add(new Entry(1, 1, EntryType.CONF_CHANGE, ConfChangeCodec.encode(change)));
        bench.log.durableState = new HardState(1, 0, 1);
        var driver = bench.start(ConfState.EMPTY, LogMark.ZERO);
        bench.settle();
        assertEquals(1, bench.committed.size());
        assertEquals(1, driver.status().term());
        var states = new ArrayList<ConfState>();
        driver.applyConfChange(change, states::add);
        driver.applied(1);
        bench.settle();
        assertEquals(List.of(ConfState.ofVoters(List.of(Bench.SELF))), states);
        assertTrue(driver.status().isLeader());
        assertEquals(2, driver.status().term());
    }

    @Test
    void proposesAConfigurationChangeInItsPlaceAmongOthers() {
        var driver = bench.startLeading();
        driver.applied(1);
        var change = new ConfChange(true, 7, Transition.AUTO, List.of(new Step(Kind.ADD_LEARNER, 9)), ByteString.EMPTY);
        var first = new Recorded("a");
        var second = new Recorded(EntryType.CONF_CHANGE, ConfChangeCodec.encode(change));
        var third = new Recorded("b");
        driver.propose(first);
        driver.propose(second);
        driver.propose(third);
        bench.settle();
        assertEquals(List.of(new LogMark(1, 2)), first.accepted);
        assertEquals(List.of(new LogMark(1, 3)), second.accepted);
        assertEquals(List.of(new LogMark(1, 4)), third.accepted);
        assertEquals(EntryType.CONF_CHANGE, bench.committed.get(2).type());
    }

    @Test
    void restartsWithEverythingThatWasDurable() {
        var driver = bench.startLeading();
        for (int i = 0; i < 50; i++) {
            driver.propose(new Recorded("p" + i));
            bench.settle();
        }
        driver.close();
        var again = new Bench();
        again.log.durable.addAll(bench.log.durable);
        again.log.durableState = bench.log.durableState;
        var restarted = again.startLeading();
        assertEquals(bench.committedText(), again.committedText());
        assertEquals(2, restarted.status().term());
    }

    @Test
    void wakesForTheNextTick() {
        bench.startLeading();
        assertEquals(TimeUnit.MILLISECONDS.toNanos(100), bench.wakeAtNanos());
    }

    @Test
    void closeTellsEveryoneWhoWaits() {
        var driver = bench.startLeading();
        var proposal = new Recorded("a");
        var asked = new Asked();
        driver.propose(proposal);
        driver.readIndex(asked);
        driver.close();
        driver.close();
        assertTrue(bench.loopClosed);
        assertEquals(List.of(DropReason.BUSY), proposal.dropped);
        assertEquals(1, asked.failures);
        var late = new Recorded("b");
        driver.propose(late);
        assertEquals(List.of(DropReason.BUSY), late.dropped);
    }
}
