package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.EmptyResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a member says about itself, and when. */
class AnnouncerTest {
    private static final long TICK_NANOS = 100_000_000;

    @Test
    void freshMemberPublishesItselfAndThenDecidesTheVersion() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        tick(fixture, 10);
        assertEquals(List.of("/0/members/8e9e05c52164694d/attributes", "/0/version"),
                fixture.proposals.proposed().stream().map(request -> request.getV2().getPath()).toList());
    }

    @Test
    void formFollowsTheCompat() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_6);
        tick(fixture, 10);
        List<InternalRaftRequest> proposed = fixture.proposals.proposed();
        assertEquals("default", proposed.get(0).getClusterMemberAttrSet().getMemberAttributes().getName());
        assertEquals("3.6.0", proposed.get(1).getClusterVersionSet().getVer());
        assertEquals(2, proposed.size());
    }

    @Test
    void restartPublishesAgainAndLeavesTheVersion() {
        Fixture first = Fixture.bootstrapped(Compat.V3_5);
        tick(first, 10);
        Fixture second = new Fixture(Compat.V3_5, first.node.saved());
        tick(second, 10);
        assertEquals(1, second.proposals.proposed().size());
    }

    @Test
    void newerServerRaisesTheVersion() {
        Fixture first = Fixture.bootstrapped(Compat.V3_5);
        tick(first, 10);
        Fixture second = new Fixture(Compat.V3_6, first.node.saved());
        tick(second, 10);
        assertEquals("3.6.0", second.machine.clusterVersion().orElseThrow());
    }

    @Test
    void followerPublishesAndDoesNotDecide() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.change(Kind.ADD_VOTER, 5, "{\"id\":5,\"peerURLs\":[\"http://a\"]}");
        fixture.proposals.leader(5);
        tick(fixture, 10);
        assertEquals(1, fixture.proposals.proposed().size());
    }

    @Test
    void leaderOfSeveralBeginsWithTheLowestVersion() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.change(Kind.ADD_VOTER, 5, "{\"id\":5,\"peerURLs\":[\"http://a\"]}");
        tick(fixture, 10);
        assertEquals("3.0.0", fixture.machine.clusterVersion().orElseThrow());
        assertEquals(2, fixture.proposals.proposed().size());
    }

    @Test
    void leaderAsksAllOthersAndRaisesTheVersionWhenItKnowsThem() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.change(Kind.ADD_VOTER, 5, "{\"id\":5,\"peerURLs\":[\"http://a:1\",\"http://b:1\"]}");
        fixture.calls.answers.put("http://a:1/version", PeerAnswer.text(404, "404 page not found"));
        tick(fixture, 10);
        assertEquals(List.of(URI.create("http://a:1"), URI.create("http://b:1")), fixture.calls.asked);
        assertEquals("3.0.0", fixture.machine.clusterVersion().orElseThrow());
        fixture.calls.answers.put("http://b:1/version", PeerAnswer.of(200, "application/json",
                ByteString.copyFromUtf8("{\"etcdserver\":\"3.4.27\",\"etcdcluster\":\"3.0.0\"}")));
        tick(fixture, 25);
        assertEquals(2, fixture.calls.asked.size(), "not yet time to ask again");
        tick(fixture, 20);
        assertEquals("3.4.0", fixture.machine.clusterVersion().orElseThrow());
    }

    @Test
    void memberThatDoesNotAnswerIsWaitedForTwoSeconds() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.change(Kind.ADD_VOTER, 5, "{\"id\":5,\"peerURLs\":[\"http://a:1\"]}");
        fixture.calls.silent = true;
        tick(fixture, 19);
        assertEquals(Optional.empty(), fixture.machine.clusterVersion());
        tick(fixture, 5);
        assertEquals("3.0.0", fixture.machine.clusterVersion().orElseThrow());
    }

    @Test
    void memberThatComesDoesNotLowerTheVersion() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        tick(fixture, 10);
        fixture.change(Kind.ADD_VOTER, 5, "{\"id\":5,\"peerURLs\":[\"http://a\"]}");
        tick(fixture, 10);
        assertEquals("3.5.0", fixture.machine.clusterVersion().orElseThrow());
    }

    @Test
    void nothingIsSaidWithoutALeaderOrBeforeTheMemberIsOne() {
        Fixture alone = Fixture.bootstrapped(Compat.V3_5);
        alone.proposals.leader(0);
        tick(alone, 10);
        assertEquals(List.of(), alone.proposals.proposed());
        Fixture stranger = Fixture.fresh(Compat.V3_5);
        tick(stranger, 10);
        assertEquals(List.of(), stranger.proposals.proposed());
    }

    @Test
    void refusedProposalIsRepeatedAfterAPauseAndOneIsUnderWayAtATime() {
        SlowProposals proposals = new SlowProposals();
        Announcer announcer = new Announcer(proposals, new HandCalls(), Fixture.config(Compat.V3_5));
        Membership membership = Membership.NONE.with(MemberJson.read(Fixture.BOOTSTRAP).member());
        announcer.tick(membership, new LogMark(2, 1), proposals.header(0), 0);
        announcer.tick(membership, new LogMark(2, 1), proposals.header(0), TICK_NANOS);
        assertEquals(1, proposals.waiting.size());
        proposals.waiting.poll().refuse(Refusals.REQUEST_TIMED_OUT);
        announcer.tick(membership, new LogMark(2, 1), proposals.header(0), 2 * TICK_NANOS);
        announcer.tick(membership, new LogMark(2, 1), proposals.header(0), 6 * TICK_NANOS);
        assertEquals(0, proposals.waiting.size(), "within the pause");
        announcer.tick(membership, new LogMark(2, 1), proposals.header(0), 7 * TICK_NANOS);
        assertEquals(1, proposals.waiting.size());
        proposals.waiting.poll().accept(EmptyResponse.getDefaultInstance());
        assertTrue(announcer.published());
    }

    private static void tick(Fixture fixture, int times) {
        for (int i = 0; i < times; i++) {
            fixture.node.tick(TICK_NANOS);
        }
    }

    /** Keeps replies until the test gives them. */
    private static final class SlowProposals implements Proposals {
        final Deque<Reply<EmptyResponse>> waiting = new ArrayDeque<>();

        @Override
        @SuppressWarnings("unchecked") // every proposal of the announcer is answered alike
        public <T> void propose(InternalRaftRequest request, Reply<T> reply) {
            waiting.add((Reply<EmptyResponse>) reply);
        }

        @Override
        public <T> void proposeWhileLeading(InternalRaftRequest request, Reply<T> reply) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public void awaitLinearizable(Reply<Long> reply) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public boolean onApplyLoop(Runnable work) {
            return false;
        }

        @Override
        public ResponseHeader header(long revision) {
            return ResponseHeader.newBuilder().setMemberId(StateNode.MEMBER_ID).build();
        }

        @Override
        public long leader() {
            return StateNode.MEMBER_ID;
        }

        @Override
        public long nextId() {
            return 1;
        }
    }
}
