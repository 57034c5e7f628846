package io.tenon.runtime.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tenon.api.Refusals;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.ConsensusStatus.Role;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.MoveLeaderResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeaderTransfersTest {
    private static final long SELF = 1;
    private static final long OTHER = 2;
    private static final long LEARNER = 3;
    private static final List<ClusterMember> MEMBERS = List.of(ClusterMember.ofBootstrap(SELF, "a", List.of()),
            ClusterMember.ofBootstrap(OTHER, "b", List.of()), new ClusterMember(LEARNER, List.of(), true, "c", List.of()));

    private final List<Object> transferred = new ArrayList<>();
    private long leader = SELF;
    private final LeaderTransfers transfers = new LeaderTransfers(() -> Optional.of(consensus()), () -> 0, 7_000);

    private Consensus consensus() {
        return (Consensus) Proxy.newProxyInstance(Consensus.class.getClassLoader(), new Class<?>[] {Consensus.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("transferLeadership")) {
                transferred.add(arguments[0]);
                return null;
            }
            return new ConsensusStatus(SELF, leader == SELF ? Role.LEADER : Role.FOLLOWER, leader, 2, 5, 5, false, Set.of());
        });
    }

    private RecordedReply<MoveLeaderResponse> move(long target) {
        RecordedReply<MoveLeaderResponse> reply = new RecordedReply<>();
        transfers.move(target, MEMBERS, reply);
        return reply;
    }

    @Test
    void onlyAVoterCanBecomeLeaderAndTheLeaderIsOneAlready() {
        assertEquals(Refusals.BAD_LEADER_TRANSFEREE, move(0).refusal());
        assertEquals(Refusals.BAD_LEADER_TRANSFEREE, move(77).refusal());
        assertEquals(Refusals.BAD_LEADER_TRANSFEREE, move(LEARNER).refusal());
        assertEquals(MoveLeaderResponse.getDefaultInstance(), move(SELF).answer());
        assertEquals(List.of(), transferred);
    }

    @Test
    void whoDoesNotLeadMovesNothing() {
        leader = OTHER;
        assertEquals(Refusals.NOT_LEADER, move(SELF).refusal());
        leader = 0;
        assertEquals(Refusals.NOT_LEADER, move(77).refusal());
    }

    @Test
    void theAnswerComesWhenTheTargetLeads() {
        RecordedReply<MoveLeaderResponse> reply = move(OTHER);
        assertEquals(List.of(OTHER), transferred);
        leader = 0;
        transfers.tick(1);
        assertFalse(reply.done());
        leader = OTHER;
        transfers.tick(2);
        assertEquals(MoveLeaderResponse.getDefaultInstance(), reply.answer());
    }

    @Test
    void manyCallsForOneTargetAreOneRequestATickAndNotMoreThanMayWait() {
        for (int call = 0; call < 256; call++) {
            assertFalse(move(OTHER).done());
        }
        assertEquals(Refusals.TOO_MANY_REQUESTS, move(OTHER).refusal());
        assertEquals(List.of(OTHER), transferred);
        transfers.tick(7_000);
        move(OTHER);
        assertEquals(List.of(OTHER, OTHER), transferred);
    }

    @Test
    void aTransferThatComesToNothingIsGivenUp() {
        RecordedReply<MoveLeaderResponse> reply = move(OTHER);
        transfers.tick(6_999);
        assertFalse(reply.done());
        transfers.tick(7_000);
        assertEquals("etcdserver: request timed out, leader transfer took too long", reply.refusal().text());
    }

    @Test
    void theNodesEndIsAnAnswer() {
        RecordedReply<MoveLeaderResponse> reply = move(OTHER);
        transfers.end();
        assertEquals(Refusals.SERVER_STOPPED, reply.refusal());
    }
}
