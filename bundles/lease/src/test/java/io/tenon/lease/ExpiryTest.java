package io.tenon.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.Refusals;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How the leader revokes what ended: in batches, in parallel, again when it failed. */
class ExpiryTest {
    private static final int MANY = 100_000;

    @Test
    void hundredThousandLeasesThatEndAtOnceAreRevokedInBatches() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        grant(node, MANY);
        node.pass(Duration.ofMillis(9_900));
        assertEquals(0, node.proposals.proposed.size());
        node.proposals.hold = true;
        int most = 0;
        for (int tick = 0; node.proposals.proposed.size() < MANY; tick++) {
            int before = node.proposals.proposed.size();
            node.node.tick(LeaseNode.TICK_NANOS);
            while (!node.proposals.held.isEmpty()) {
                assertTrue(node.proposals.held.size() <= 16, node.proposals.held.size() + " on their way");
                node.proposals.release();
            }
            most = Math.max(most, node.proposals.proposed.size() - before);
            assertTrue(tick < 5 * MANY / 500 + 10, node.proposals.proposed.size() + " revoked after " + tick + " ticks");
        }
        assertEquals(500, most);
        assertEquals(0, leases(node));
        assertEquals(0, node.rows());
    }

    @Test
    void newLeaderSpreadsWhatWouldEndAtOnce() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        grant(node, 3000);
        node.node.leadershipChanged(false);
        node.node.leadershipChanged(true);
        node.pass(Duration.ofMillis(10_900));
        assertEquals(3000, leases(node), "none ends before its TTL and the election");
        int before = 3000;
        for (int second = 0; second < 4; second++) {
            node.pass(Duration.ofSeconds(1));
            assertEquals(750, before - leases(node), 125);
            before = leases(node);
        }
        node.pass(Duration.ofMillis(600));
        assertEquals(0, leases(node));
    }

    @Test
    void fewLeasesAreNotSpread() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        grant(node, 1000);
        node.node.leadershipChanged(false);
        node.node.leadershipChanged(true);
        node.pass(Duration.ofMillis(11_000 + 1_200));
        assertEquals(0, leases(node));
    }

    @Test
    void refusedRevocationIsTriedAgainAfterThreeSeconds() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 2);
        node.proposals.hold = true;
        node.pass(Duration.ofMillis(2_500));
        node.proposals.refuse(Refusals.REQUEST_TIMED_OUT);
        node.pass(Duration.ofMillis(2_800));
        assertEquals(0, node.proposals.held.size());
        node.pass(Duration.ofMillis(800));
        assertEquals(1, node.proposals.held.size());
        node.proposals.release();
        assertFalse(node.machine.exists(7));
    }

    @Test
    void leaderThatCannotConfirmItsLeadershipRevokesNothing() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 2);
        node.proposals.holdReads = true;
        node.pass(Duration.ofMillis(2_500));
        assertEquals(1, node.proposals.held.size());
        node.proposals.refuse(Refusals.REQUEST_TIMED_OUT);
        assertEquals(1, node.proposals.proposed.size(), "the grant alone");
        node.proposals.holdReads = false;
        node.pass(Duration.ofMillis(3_600));
        assertFalse(node.machine.exists(7));
    }

    @Test
    void answerToAnEarlierLeadershipIsIgnored() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 2);
        node.proposals.holdReads = true;
        node.pass(Duration.ofMillis(2_500));
        node.node.leadershipChanged(false);
        node.node.leadershipChanged(true);
        node.proposals.release();
        node.pass(Duration.ofMillis(2_000));
        assertTrue(node.machine.exists(7), "it counts anew, and the old confirmation revokes nothing");
    }

    @Test
    void leaseThatSomebodyElseRevokedIsNoError() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 2);
        node.proposals.hold = true;
        node.pass(Duration.ofMillis(2_500));
        node.node.apply(node.proposals.proposed.getLast());
        node.proposals.release();
        node.proposals.hold = false;
        assertEquals(7, node.grant(7, 2).answer().getID());
        assertTrue(node.machine.exists(7));
    }

    private static void grant(LeaseNode node, int count) {
        node.proposals.publish = false;
        for (int id = 1; id <= count; id++) {
            node.node.applyUnpublished(InternalRaftRequest.newBuilder()
                    .setLeaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(10)).build(), false);
        }
    }

    private static int leases(LeaseNode node) {
        return node.leases().answer().getLeasesCount();
    }

    @Test
    void whatStoodStillTakesNoTimeFromLeases() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        node.pass(Duration.ofSeconds(2));
        node.node.tick(Duration.ofSeconds(60).toNanos());
        node.pass(Duration.ofMillis(7_900));
        assertTrue(node.machine.exists(7), "it had eight seconds left when the process stopped");
        node.pass(Duration.ofMillis(700));
        assertFalse(node.machine.exists(7));
    }
}
