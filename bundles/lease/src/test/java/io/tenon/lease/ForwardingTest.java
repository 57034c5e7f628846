package io.tenon.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.loop.Loop;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who does not lead asks the leader; what is answered on the peer port is what etcd 3.5.30 was seen to answer. */
class ForwardingTest {
    private static final Duration RETRY = Duration.ofNanos(Forwarding.RETRY_NANOS);
    private static final Refusal UNREACHABLE = Refusal.unknown("connection refused");

    @Test
    void renewalGoesToTheLeaderAndComesBackWithThisMembersHeader() {
        LeaseNode node = following();
        RecordedReply<LeaseKeepAliveResponse> reply = node.keepAlive(7);
        node.forward();
        HandPeers.Asked asked = node.peers.asked.remove();
        assertEquals(HandPeers.FIRST, asked.base());
        assertEquals(PeerRequest.post("/leases", "application/protobuf", bytes("0807")), asked.request());
        assertEquals(Duration.ofNanos(Forwarding.MOST_ATTEMPT_NANOS), asked.limit());
        asked.reply().accept(PeerAnswer.of(200, "application/protobuf", bytes("1007180a")));
        assertEquals(10, reply.answer().getTTL());
        assertEquals(StateNode.MEMBER_ID, reply.answer().getHeader().getMemberId());
    }

    @Test
    void timeToLiveGoesToTheLeaderWithWhatIsAskedFor() {
        LeaseNode node = following();
        RecordedReply<LeaseTimeToLiveResponse> reply = node.timeToLive(7);
        node.forward();
        HandPeers.Asked asked = node.peers.asked.remove();
        assertEquals(PeerRequest.post("/leases/internal", "application/protobuf", bytes("0a0408071001")), asked.request());
        asked.reply().accept(PeerAnswer.of(200, "application/protobuf", bytes("0a0c0a0010071803200a2a026c6b")));
        assertEquals(3, reply.answer().getTTL());
        assertEquals(10, reply.answer().getGrantedTTL());
        assertEquals("lk", reply.answer().getKeys(0).toStringUtf8());
        assertEquals(StateNode.MEMBER_ID, reply.answer().getHeader().getMemberId());
    }

    @Test
    void leaseThatTheLeaderDoesNotKnowIsNoError() {
        LeaseNode node = following();
        RecordedReply<LeaseKeepAliveResponse> renewal = node.keepAlive(8);
        RecordedReply<LeaseTimeToLiveResponse> left = node.timeToLive(8);
        node.forward();
        node.peers.asked.remove().reply().accept(PeerAnswer.text(404, "lease not found"));
        node.peers.asked.remove().reply().accept(PeerAnswer.text(404, "lease not found"));
        assertEquals(0, renewal.answer().getTTL());
        assertEquals(-1, left.answer().getTTL());
    }

    @Test
    void leaderWhoseLeasesAreBetweenTwoVersionsIsAskedAgain() {
        LeaseNode node = following();
        RecordedReply<LeaseKeepAliveResponse> reply = node.keepAlive(7);
        for (PeerAnswer away : List.of(PeerAnswer.text(404, "404 page not found"), PeerAnswer.text(503, "not served at the moment"))) {
            node.forward();
            node.peers.asked.remove().reply().accept(away);
            assertFalse(reply.done());
        }
        node.forward();
        node.pass(RETRY);
        node.forward();
        node.peers.asked.remove().reply().accept(PeerAnswer.of(200, "application/protobuf", bytes("1007180a")));
        assertEquals(10, reply.answer().getTTL());
    }

    @Test
    void everyUrlOfTheLeaderIsTriedBeforeAPause() {
        LeaseNode node = following();
        RecordedReply<LeaseKeepAliveResponse> reply = node.keepAlive(7);
        List<Object> bases = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            node.forward();
            bases.add(node.peers.asked.peek().base());
            node.peers.asked.remove().reply().refuse(UNREACHABLE);
            node.forward();
            bases.add(node.peers.asked.peek().base());
            node.peers.asked.remove().reply().accept(PeerAnswer.text(400, "not a primary lessor"));
            node.forward();
            assertEquals(List.of(), List.copyOf(node.peers.asked), "it pauses");
            assertEquals(node.node.nowNanos() + RETRY.toNanos(), node.forwarding.wakeAtNanos());
            node.pass(RETRY);
        }
        assertEquals(List.of(HandPeers.FIRST, HandPeers.SECOND, HandPeers.FIRST, HandPeers.SECOND), bases);
        node.forward();
        node.peers.asked.remove().reply().accept(PeerAnswer.of(200, "application/protobuf", bytes("1007180a")));
        assertEquals(10, reply.answer().getTTL());
        assertEquals(Loop.NEVER, node.forwarding.wakeAtNanos());
    }

    @Test
    void whatNoLeaderAnswersInTimeIsRefused() {
        LeaseNode node = following();
        RecordedReply<LeaseKeepAliveResponse> reply = node.keepAlive(7);
        for (long waited = 0; waited < Duration.ofSeconds(7).toNanos(); waited += RETRY.toNanos()) {
            assertFalse(reply.done());
            node.forward();
            node.peers.asked.forEach(asked -> asked.reply().refuse(UNREACHABLE));
            node.peers.asked.clear();
            node.pass(RETRY);
        }
        node.forward();
        node.pass(RETRY);
        node.forward();
        assertEquals(Refusals.REQUEST_TIMED_OUT, reply.refusal());
    }

    @Test
    void leaderIsWaitedForAndItsAbsenceIsTheReason() {
        LeaseNode node = following();
        node.proposals.leader = 0;
        RecordedReply<LeaseKeepAliveResponse> found = node.keepAlive(7);
        node.forward();
        node.pass(RETRY);
        node.proposals.leader = HandPeers.LEADER;
        node.forward();
        assertEquals(1, node.peers.asked.size());
        assertFalse(found.done());
        node.proposals.leader = 0;
        RecordedReply<LeaseTimeToLiveResponse> none = node.timeToLive(7);
        node.forward();
        node.pass(Duration.ofSeconds(7));
        node.forward();
        assertEquals(Refusals.NO_LEADER, none.refusal());
    }

    @Test
    void memberThatBecameLeaderAnswersItself() {
        LeaseNode node = following();
        RecordedReply<LeaseKeepAliveResponse> reply = node.keepAlive(7);
        node.forward();
        node.peers.asked.remove().reply().refuse(UNREACHABLE);
        node.proposals.leader = StateNode.MEMBER_ID;
        node.node.leadershipChanged(true);
        node.forward();
        node.pass(RETRY);
        node.forward();
        assertEquals(10, reply.answer().getTTL());
    }

    @Test
    void aRenewalThatWaitedForALeaderCountsFromItsAnswerAndNotFromItsQuestion() {
        LeaseNode node = following();
        RecordedReply<LeaseKeepAliveResponse> reply = node.keepAlive(7);
        node.forward();
        node.pass(Duration.ofSeconds(6));
        node.proposals.leader = StateNode.MEMBER_ID;
        node.node.leadershipChanged(true);
        node.peers.asked.remove().reply().refuse(UNREACHABLE);
        node.forward();
        node.pass(RETRY);
        node.forward();
        assertEquals(10, reply.answer().getTTL());
        node.pass(Duration.ofSeconds(9));
        assertTrue(node.machine.exists(7));
    }

    @Test
    void fewAreOnTheirWayAtOnceAndTheRestWaits() {
        LeaseNode node = following();
        List<RecordedReply<LeaseKeepAliveResponse>> replies = new ArrayList<>();
        for (int i = 0; i < Forwarding.MOST_HELD + 1; i++) {
            replies.add(node.keepAlive(7));
        }
        assertEquals(Refusals.TOO_MANY_REQUESTS, replies.removeLast().refusal());
        int answered = 0;
        for (node.forward(); !node.peers.asked.isEmpty(); node.forward()) {
            assertTrue(node.peers.asked.size() <= Forwarding.MOST_IN_FLIGHT);
            node.peers.asked.remove().reply().accept(PeerAnswer.of(200, "application/protobuf", bytes("1007180a")));
            answered++;
        }
        assertEquals(Forwarding.MOST_HELD, answered);
        assertTrue(replies.stream().allMatch(RecordedReply::done));
    }

    @Test
    void leaderThatStoppedAnsweringHoldsNobodyUpWhoAsksTheNext() {
        LeaseNode node = following();
        for (int i = 0; i < Forwarding.MOST_IN_FLIGHT; i++) {
            node.keepAlive(7);
        }
        RecordedReply<LeaseKeepAliveResponse> waiting = node.keepAlive(7);
        node.forward();
        assertEquals(Forwarding.MOST_IN_FLIGHT, node.peers.asked.size());
        List<HandPeers.Asked> stuck = List.copyOf(node.peers.asked);
        node.peers.asked.clear();
        node.proposals.leader = HandPeers.NEXT_LEADER;
        assertEquals(node.node.nowNanos() + RETRY.toNanos(), node.forwarding.wakeAtNanos(), "it looks who leads");
        node.pass(RETRY);
        node.forward();
        HandPeers.Asked asked = node.peers.asked.remove();
        assertEquals(HandPeers.NEXT, asked.base());
        asked.reply().accept(PeerAnswer.of(200, "application/protobuf", bytes("1007180a")));
        assertEquals(10, waiting.answer().getTTL());
        stuck.forEach(one -> one.reply().refuse(UNREACHABLE));
        node.forward();
        assertEquals(Forwarding.MOST_IN_FLIGHT, node.peers.asked.size());
        assertTrue(node.peers.asked.stream().allMatch(one -> one.base().equals(HandPeers.NEXT)), "the other URL of the old one is not tried");
    }

    @Test
    void attemptIsNoLongerThanTheQuestion() {
        LeaseNode node = following();
        node.keepAlive(7);
        node.pass(Duration.ofSeconds(6));
        node.forward();
        assertEquals(Duration.ofSeconds(1), node.peers.asked.remove().limit());
    }

    @Test
    void whatWaitsWhenTheBundleStopsIsAskedOfItsSuccessor() {
        LeaseNode old = following();
        RecordedReply<LeaseKeepAliveResponse> underWay = old.keepAlive(7);
        old.forward();
        RecordedReply<LeaseKeepAliveResponse> waiting = old.keepAlive(7);
        LeaseNode next = old.replaced(LeaseNode.TERMS);
        next.node.leadershipChanged(true);
        old.forwarding.close();
        assertEquals(10, waiting.answer().getTTL());
        assertFalse(underWay.done());
        old.peers.asked.remove().reply().refuse(UNREACHABLE);
        assertEquals(10, underWay.answer().getTTL());
        assertEquals(10, old.keepAlive(7).answer().getTTL());
    }

    @Test
    void leaderAnswersItsPeers() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(0x553aa2038ed31207L, 60);
        node.put("lk", 0x553aa2038ed31207L);
        node.pass(Duration.ofMillis(500));
        assertEquals(PeerAnswer.of(200, "application/protobuf", bytes("0a140a001087a4ccf6b8c0a89d55183b203c2a026c6b")),
                node.asked(post("/leases/internal", "0a0c0887a4ccf6b8c0a89d551001")).answer());
        assertEquals(PeerAnswer.of(200, "application/protobuf", bytes("1087a4ccf6b8c0a89d55183c")),
                node.asked(post("/leases", "0887a4ccf6b8c0a89d55")).answer());
        assertEquals(PeerAnswer.text(404, "lease not found"), node.asked(post("/leases", "08b960")).answer());
        assertEquals(PeerAnswer.text(404, "lease not found"), node.asked(post("/leases/internal", "0a0308b960")).answer());
    }

    @Test
    void memberThatDoesNotLeadSaysSo() {
        LeaseNode node = following();
        assertEquals(PeerAnswer.text(400, "not a primary lessor"), node.asked(post("/leases", "0807")).answer());
        assertEquals(PeerAnswer.text(400, "not a primary lessor"), node.asked(post("/leases", "08b960")).answer());
        assertEquals(PeerAnswer.text(400, "not a primary lessor"), node.asked(post("/leases", "")).answer());
        assertEquals(PeerAnswer.text(500, "not a primary lessor"), node.asked(post("/leases/internal", "0a0408071001")).answer());
        assertEquals(PeerAnswer.text(404, "lease not found"), node.asked(post("/leases/internal", "0a0308b960")).answer());
        assertEquals(List.of(), List.copyOf(node.peers.asked), "and asks nobody else");
    }

    @Test
    void whatIsNoQuestionIsRefused() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        for (String path : node.machine.paths()) {
            assertEquals(PeerAnswer.text(405, "Method Not Allowed"), node.asked(PeerRequest.get(path)).answer());
            assertEquals(PeerAnswer.text(400, "error unmarshalling request"), node.asked(post(path, "ffffff")).answer());
        }
        assertEquals(65_536, node.machine.mostBodyBytes());
    }

    @Test
    void peerIsToldAfterASecondThatTooMuchIsNotAppliedYet() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.proposals.holdReads = true;
        RecordedReply<PeerAnswer> reply = node.asked(post("/leases", "0807"));
        node.pass(Duration.ofMillis(900));
        assertFalse(reply.done());
        node.pass(Duration.ofMillis(100));
        assertEquals(PeerAnswer.text(408, "waiting for node to catch up its applied index has timed out"), reply.answer());
        // A second answer would fail.
        node.proposals.release();
    }

    /** A member that knows lease 7 and follows another. */
    private static LeaseNode following() {
        LeaseNode node = LeaseNode.leading(LeaseNode.TERMS);
        node.grant(7, 10);
        node.node.leadershipChanged(false);
        node.proposals.leader = HandPeers.LEADER;
        return node;
    }

    private static PeerRequest post(String path, String body) {
        return PeerRequest.post(path, "application/protobuf", bytes(body));
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }
}
