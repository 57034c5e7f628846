package io.tenon.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.spi.state.Handover;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseLeasesResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients see of leases, and when. */
class LeaseServiceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void shortestLeaseOutlivesAnElection() {
        assertEquals(2, terms(100, 1000).minTtlSeconds());
        assertEquals(8, terms(500, 5000).minTtlSeconds());
        assertEquals(1, terms(10, 100).minTtlSeconds());
    }

    @Test
    void keepAliveGivesTheWholeTtlAgain() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        for (int i = 0; i < 5; i++) {
            node.pass(Duration.ofSeconds(8));
            assertEquals(10, node.keepAlive(7).answer().getTTL());
        }
        node.pass(Duration.ofMillis(9_900));
        assertTrue(node.machine.exists(7));
        node.pass(Duration.ofMillis(700));
        assertFalse(node.machine.exists(7));
        assertEquals(0, node.rows());
    }

    @Test
    void unknownLeaseIsLookedForInWhatIsCommittedThenAnsweredWithZero() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.proposals.holdReads = true;
        RecordedReply<LeaseKeepAliveResponse> lost = node.keepAlive(7);
        RecordedReply<LeaseTimeToLiveResponse> lostTtl = node.timeToLive(7);
        assertFalse(lost.done() || lostTtl.done());
        node.proposals.release();
        node.proposals.release();
        assertEquals(0, lost.answer().getTTL());
        assertEquals(-1, lostTtl.answer().getTTL());
        RecordedReply<LeaseKeepAliveResponse> found = node.keepAlive(8);
        node.grant(8, 10);
        node.proposals.release();
        assertEquals(10, found.answer().getTTL());
    }

    @Test
    void knownLeaseIsRenewedWithoutARound() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        node.keepAlive(7).answer();
        assertEquals(0, node.proposals.reads);
    }

    @Test
    void keepAlivesShareAHeaderWhileNothingChanges() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        LeaseKeepAliveResponse first = node.keepAlive(7).answer();
        assertSame(first.getHeader(), node.keepAlive(7).answer().getHeader());
        node.put("a", 7);
        assertEquals(2, node.keepAlive(7).answer().getHeader().getRevision());
    }

    @Test
    void onlyALeaderCounts() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        node.node.leadershipChanged(false);
        node.pass(Duration.ofSeconds(100));
        assertTrue(node.machine.exists(7));
    }

    @Test
    void fullQueueRefuses() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.proposals.full = true;
        assertEquals(Refusals.TOO_MANY_REQUESTS, node.keepAlive(7).refusal());
        assertEquals(Refusals.TOO_MANY_REQUESTS, node.leases().refusal());
        node.proposals.full = false;
        node.workers.full(true);
        assertEquals(Refusals.TOO_MANY_REQUESTS, node.leases().refusal());
    }

    @Test
    void renewalThatComesTooLateWaitsForTheEndAndIsAnsweredWithZero() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 2);
        node.put("a", 7);
        node.proposals.hold = true;
        node.pass(Duration.ofSeconds(3));
        RecordedReply<LeaseKeepAliveResponse> late = node.keepAlive(7);
        node.pass(SECOND);
        assertFalse(late.done());
        assertTrue(node.machine.exists(7));
        node.proposals.release();
        node.node.publish();
        assertEquals(0, late.answer().getTTL());
        assertEquals(2, late.answer().getHeader().getRevision(), "the header is older than the end");
    }

    @Test
    void renewalWaitsNoLongerThanARequestMay() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 2);
        node.proposals.hold = true;
        node.pass(Duration.ofSeconds(3));
        RecordedReply<LeaseKeepAliveResponse> late = node.keepAlive(7);
        node.pass(Duration.ofMillis(7_200));
        assertEquals(Refusals.REQUEST_TIMED_OUT, late.refusal());
        RecordedReply<LeaseKeepAliveResponse> deposed = node.keepAlive(7);
        node.proposals.leader = 5;
        node.node.leadershipChanged(false);
        node.forward();
        assertFalse(deposed.done(), "the new leader is asked");
        assertEquals("/leases", node.peers.asked.remove().request().path());
    }

    @Test
    void leaseThatIsBeingRevokedIsNotRenewedByACallThatWaitedInTheQueue() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 2);
        node.proposals.hold = true;
        node.pass(Duration.ofMillis(2_600));
        node.node.tick(-1_000_000_000L); // the call came a second before its turn
        RecordedReply<LeaseKeepAliveResponse> late = node.keepAlive(7);
        assertFalse(late.done());
        node.proposals.release();
        node.node.publish();
        assertEquals(0, late.answer().getTTL());
    }

    @Test
    void keysOfALeaseGoInOneRevisionInByteOrder() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 60);
        node.grant(8, 60);
        for (String key : List.of("b", "a", "ü", "aa", "moved", "taken")) {
            node.put(key, 7);
        }
        node.put("moved", 8);
        node.put("taken", 0);
        assertEquals(List.of("a", "aa", "b", "ü"),
                node.timeToLive(7).answer().getKeysList().stream().map(ByteString::toStringUtf8).toList());
        long before = node.keyspace.revision();
        assertEquals(before + 1, node.revoke(7).answer().getHeader().getRevision());
        assertEquals(List.of(List.of("a", "aa", "b", "ü")), node.keyspace.deletions);
        assertEquals(8, node.machine.leaseOf(ByteString.copyFromUtf8("moved")));
        assertEquals(0, node.machine.leaseOf(ByteString.copyFromUtf8("taken")));
        assertEquals(Refusals.LEASE_NOT_FOUND, node.revoke(7).refusal());
    }

    @Test
    void leaseWithoutKeysEndsWithoutARevision() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 60);
        assertEquals(1, node.revoke(7).answer().getHeader().getRevision());
        assertEquals(List.of(), node.keyspace.deletions);
    }

    @Test
    void keyCannotHangOnALeaseThatIsNotThere() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        assertThrows(IllegalStateException.class, () -> node.put("a", 7));
    }

    @Test
    void grantedIdIsPositiveWhenItIsMadeUp() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        assertTrue(node.grant(0, 5).answer().getID() > 0);
        assertEquals(-3, node.grant(-3, 5).answer().getID());
        assertEquals(Refusals.LEASE_EXISTS, node.grant(-3, 5).refusal());
        assertEquals(Refusals.LEASE_TTL_TOO_LARGE, node.grant(9, LeaseTerms.MAX_TTL_SECONDS + 1).refusal());
        assertEquals(LeaseTerms.MAX_TTL_SECONDS, node.grant(9, LeaseTerms.MAX_TTL_SECONDS).answer().getTTL());
        assertEquals(LeaseTerms.MAX_TTL_SECONDS, node.timeToLive(9).answer().getTTL());
    }

    @Test
    void leasesAreListedByTheirEnd() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(1, 30);
        node.grant(2, LeaseTerms.MAX_TTL_SECONDS);
        node.grant(3, 20);
        node.pass(SECOND);
        node.grant(4, 20);
        node.keepAlive(3);
        node.grant(5, 10);
        LeaseLeasesResponse list = node.leases().answer();
        assertEquals(List.of(5L, 3L, 4L, 1L, 2L), list.getLeasesList().stream().map(lease -> lease.getID()).toList());
        assertEquals(1, list.getHeader().getRevision());
    }

    @Test
    void newLeaderGivesEveryLeaseItsTtlAndTheElection() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        node.pass(Duration.ofSeconds(9));
        node.node.leadershipChanged(false);
        node.node.leadershipChanged(true);
        assertEquals(11, node.timeToLive(7).answer().getTTL());
        node.node.leadershipChanged(true);
        node.pass(Duration.ofSeconds(5));
        node.node.leadershipChanged(true);
        assertEquals(6, node.timeToLive(7).answer().getTTL(), "told again, it does not count anew");
    }

    @Test
    void restartCountsTheWholeTtlAnew() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        node.put("a", 7);
        node.pass(Duration.ofSeconds(9));
        LeaseNode after = node.restarted(LeaseNode.TERMS);
        after.pass(Duration.ofSeconds(20));
        after.node.leadershipChanged(true);
        assertEquals(11, after.timeToLive(7).answer().getTTL());
        after.pass(Duration.ofSeconds(12));
        assertFalse(after.machine.exists(7));
        assertEquals(List.of(List.of("a")), after.keyspace.deletions);
    }

    @Test
    void machineThatIsRestoredAgainHasEachLeaseOnce() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        node.put("a", 7);
        node.pass(Duration.ofSeconds(9));
        node.node.restore();
        node.node.leadershipChanged(true);
        assertEquals(11, node.timeToLive(7).answer().getTTL());
        assertEquals(7, node.machine.leaseOf(ByteString.copyFromUtf8("a")));
        node.pass(Duration.ofMillis(11_700));
        assertFalse(node.machine.exists(7));
        assertEquals(List.of(List.of("a")), node.keyspace.deletions);
    }

    @Test
    void rowOfALeaseThatNobodyCanHaveGrantedIsRefused() {
        MemoryTables tables = new MemoryTables();
        tables.put(Bucket.LEASE, LeaseRow.key(7), LeaseRow.value(7, LeaseTerms.MAX_TTL_SECONDS + 1, 0));
        assertThrows(EngineCorruptException.class, () -> new LeaseNode(LeaseNode.TERMS, tables, new TestKeyspace()));
        tables.put(Bucket.LEASE, LeaseRow.key(7), LeaseRow.value(8, 10, 0));
        assertThrows(EngineCorruptException.class, () -> new LeaseNode(LeaseNode.TERMS, tables, new TestKeyspace()));
        tables.put(Bucket.LEASE, LeaseRow.key(7), new byte[] {1});
        assertThrows(EngineCorruptException.class, () -> new LeaseNode(LeaseNode.TERMS, tables, new TestKeyspace()));
    }

    @Test
    void newerVersionOfTheBundleCountsOn() {
        LeaseNode old = LeaseNode.leading(LeaseNode.TERMS);
        old.grant(7, 10);
        old.grant(8, 2);
        old.put("a", 7);
        old.proposals.hold = true;
        old.pass(Duration.ofSeconds(4));
        RecordedReply<LeaseKeepAliveResponse> waiting = old.keepAlive(8);
        LeaseNode next = old.replaced(LeaseNode.TERMS);
        next.node.leadershipChanged(true);
        assertEquals(6, next.timeToLive(7).answer().getTTL(), "the deadline is the old one");
        assertEquals(7, next.machine.leaseOf(ByteString.copyFromUtf8("a")));
        assertEquals(10, old.keepAlive(7).answer().getTTL(), "a call that reaches the old version goes to the new one");
        assertEquals(1, old.timeToLive(7).answer().getKeysCount());
        next.pass(SECOND);
        assertFalse(next.machine.exists(8), "what ended under the old version is revoked by the new one");
        assertEquals(0, waiting.answer().getTTL());
    }

    @Test
    void handOverOfAnUnknownFormatIsNotTaken() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        assertFalse(node.machine.takeOver(new Handover("lease", 99, List.of()), node.node.ports()));
    }

    @Test
    void revocationIsProposedAsTheLogCarriesIt() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 2);
        node.pass(Duration.ofSeconds(3));
        InternalRaftRequest last = node.proposals.proposed.getLast();
        assertEquals(7, last.getLeaseRevoke().getID());
        assertEquals(1, node.proposals.reads, "leadership was confirmed first");
    }

    private static LeaseTerms terms(long heartbeatMillis, long electionMillis) {
        NodeConfig.Timing timing = new NodeConfig.Timing(Duration.ofMillis(heartbeatMillis), Duration.ofMillis(electionMillis));
        return LeaseTerms.of(TestConfig.of(timing, new NodeConfig.LeaseOptions(false, false, Duration.ofMinutes(5)), Compat.V3_5));
    }

    @Test
    void aSnapshotOfAnotherMemberTakesThePlaceOfEverything() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        node.grant(8, 20);
        node.put("a", 7);
        node.put("b", 8);
        LeaseNode leader = LeaseNode.leading(LeaseNode.TERMS);
        leader.grant(8, 20);
        leader.grant(9, 30);
        leader.put("c", 8);
        TestKeyspace keyspace = leader.keyspace.copy();
        StateNode after = StateNode.start(leader.node.saved(), node.machine, keyspace);
        node.proposals.connect(after);
        assertFalse(node.machine.exists(7), "it was revoked in entries that this member never saw");
        assertEquals(0, node.machine.leaseOf(ByteString.copyFromUtf8("a")));
        assertEquals(0, node.machine.leaseOf(ByteString.copyFromUtf8("b")));
        assertEquals(8, node.machine.leaseOf(ByteString.copyFromUtf8("c")));
        after.tick(Duration.ofSeconds(60).toNanos());
        after.tick(Duration.ofSeconds(60).toNanos());
        assertTrue(node.machine.exists(8) && node.machine.exists(9), "it does not lead before it is told again");
        after.leadershipChanged(true);
        for (int tick = 0; tick < 1000; tick++) {
            after.tick(Duration.ofMillis(100).toNanos());
        }
        assertFalse(node.machine.exists(8) || node.machine.exists(9));
        assertEquals(List.of(List.of("c")), keyspace.deletions);
    }
}
