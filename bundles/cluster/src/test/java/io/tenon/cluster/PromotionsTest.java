package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusals;
import io.tenon.api.cluster.Reconfiguration.LeaderProgress;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A learner's way to a vote, on the leader and on others. */
class PromotionsTest {
    private static final long LEADER = 5;
    private static final long LEARNER = 6;
    private static final String URL = "http://leader:1";
    private static final String OTHER_URL = "http://leader_2:2";
    private static final String PATH = "/members/promote/6";

    private final Fixture fixture = Fixture.bootstrapped(Compat.V3_5);

    private RecordedReply<MemberPromoteResponse> promote(long id) {
        RecordedReply<MemberPromoteResponse> reply = new RecordedReply<>();
        fixture.machine.memberPromote(MemberPromoteRequest.newBuilder().setID(id).build(), new CallContext(Runnable::run, "token"), reply);
        return reply;
    }

    private void learner() {
        fixture.tick(2);
        fixture.change(Kind.ADD_LEARNER, LEARNER, "{\"id\":6,\"peerURLs\":[\"http://learner:1\"],\"isLearner\":true}");
    }

    private void otherLeads() {
        learner();
        fixture.change(Kind.ADD_VOTER, LEADER, "{\"id\":5,\"peerURLs\":[\"" + URL + "\",\"" + OTHER_URL + "\"]}");
        fixture.proposals.leader(LEADER);
        fixture.reconfiguration.progress = Optional.empty();
    }

    private void matches(long leader, long learner) {
        fixture.reconfiguration.match(StateNode.MEMBER_ID, leader);
        fixture.reconfiguration.match(LEARNER, learner);
    }

    @Test
    void aLearnerWithNineTenthsOfTheLogIsReady() {
        learner();
        matches(100, 89);
        RecordedReply<MemberPromoteResponse> early = promote(LEARNER);
        fixture.tick(1);
        assertEquals(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER_WHICH_IS_IN_SYNC_WITH_LEADER, early.refusal());
        assertEquals(List.of(), fixture.reconfiguration.logged);
        matches(100, 90);
        RecordedReply<MemberPromoteResponse> ready = promote(LEARNER);
        fixture.tick(1);
        assertEquals(List.of(false, false), ready.answer().getMembersList().stream().map(member -> member.getIsLearner()).toList());
        assertEquals(List.of("ADD_VOTER {\"id\":6,\"peerURLs\":null,\"isPromote\":true}"), fixture.reconfiguration.logged);
    }

    @Test
    void aLearnerThatTheLeaderKnowsNothingOfIsNotReady() {
        learner();
        fixture.reconfiguration.match(StateNode.MEMBER_ID, 100);
        RecordedReply<MemberPromoteResponse> reply = promote(LEARNER);
        fixture.tick(1);
        assertEquals(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER_WHICH_IS_IN_SYNC_WITH_LEADER, reply.refusal());
    }

    @Test
    void whoIsNoMemberTakesNoPlaceInTheLogAndAVoterDoes() {
        learner();
        RecordedReply<MemberPromoteResponse> nobody = promote(77);
        RecordedReply<MemberPromoteResponse> voter = promote(StateNode.MEMBER_ID);
        fixture.tick(1);
        assertEquals(Refusals.MEMBER_NOT_FOUND, nobody.refusal());
        assertEquals(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER, voter.refusal());
        assertEquals(1, fixture.reconfiguration.logged.size());
    }

    @Test
    void aLeaderThatDoesNotApplyItsCommitsDecidesNothing() {
        learner();
        fixture.reconfiguration.progress = Optional.of(new LeaderProgress(1_000_000, new TreeMap<>()));
        RecordedReply<MemberPromoteResponse> reply = promote(LEARNER);
        fixture.tick(9);
        assertFalse(reply.done());
        fixture.tick(3);
        assertEquals(Refusals.REQUEST_TIMED_OUT_WAITING_FOR_THE_APPLIED_INDEX_TOOK_TOO_LONG, reply.refusal());
    }

    @Test
    void whoDoesNotLeadAsksTheLeaderAtOneAddressAfterTheOther() {
        otherLeads();
        fixture.calls.answers.put(OTHER_URL + PATH, PeerAnswer.of(200, "application/json",
                ByteString.copyFromUtf8("[{\"id\":6,\"peerURLs\":[\"http://learner:1\"],\"name\":\"six\"}]\n")));
        RecordedReply<MemberPromoteResponse> reply = promote(LEARNER);
        fixture.tick(1);
        assertEquals("six", reply.answer().getMembers(0).getName());
        assertEquals(List.of(URI.create(URL), URI.create(OTHER_URL)), fixture.calls.asked);
        assertEquals(Map.of("Authorization", "token"), fixture.calls.requests.getLast().headers());
        assertEquals("POST", fixture.calls.requests.getLast().method());
    }

    @Test
    void theLeadersRefusalsAreThoseOfTheCall() {
        otherLeads();
        Map<PeerAnswer, io.tenon.api.Refusal> refusals = Map.of(
                PeerAnswer.text(404, "membership: ID not found"), Refusals.MEMBER_NOT_FOUND,
                PeerAnswer.text(412, "membership: can only promote a learner member"), Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER,
                PeerAnswer.text(412, "etcdserver: can only promote a learner member which is in sync with leader"),
                Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER_WHICH_IS_IN_SYNC_WITH_LEADER);
        refusals.forEach((answer, refusal) -> {
            fixture.calls.answers.put(URL + PATH, answer);
            RecordedReply<MemberPromoteResponse> reply = promote(LEARNER);
            fixture.tick(1);
            assertEquals(refusal, reply.refusal());
        });
    }

    @Test
    void whatIsNotFinalIsAskedAgainUntilTheTimeIsOver() {
        otherLeads();
        for (PeerAnswer passing : List.of(PeerAnswer.text(500, "what"), PeerAnswer.text(404, "404 page not found"), PeerAnswer.text(503, "away"))) {
            fixture.calls.answers.put(URL + PATH, passing);
            fixture.calls.asked.clear();
            RecordedReply<MemberPromoteResponse> reply = promote(LEARNER);
            fixture.tick(60);
            assertFalse(reply.done());
            int asked = fixture.calls.asked.size();
            assertTrue(asked > 10, "asked " + asked + " times");
            fixture.tick(12);
            assertEquals(Refusals.REQUEST_TIMED_OUT, reply.refusal());
        }
    }

    @Test
    void aLeaderThatNeverAnswersIsWaitedForNoLongerThanTheCall() {
        otherLeads();
        fixture.calls.silent = true;
        RecordedReply<MemberPromoteResponse> reply = promote(LEARNER);
        fixture.tick(72);
        assertEquals(Refusals.REQUEST_TIMED_OUT, reply.refusal());
        assertEquals(1, fixture.calls.asked.size());
    }

    @Test
    void whenTheBundleGoesNobodyIsLeftWaiting() {
        otherLeads();
        fixture.calls.silent = true;
        RecordedReply<MemberPromoteResponse> reply = promote(LEARNER);
        fixture.machine.end();
        assertEquals(Refusals.SERVER_STOPPED, reply.refusal());
    }
}
