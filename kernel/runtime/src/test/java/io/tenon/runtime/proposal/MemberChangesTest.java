package io.tenon.runtime.proposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.Refusals;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Proposal;
import io.tenon.api.consensus.Proposal.DropReason;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.raftpb.ConfChange;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Changes of the configuration on their way through the log. */
class MemberChangesTest {
    private static final long TIMEOUT_NANOS = 7_000;
    private static final long MEMBER = 8892927503601074867L;
    /** As etcd 3.5.30 logged them: a learner is added, promoted and removed. */
    private static final List<String> RECORDED = List.of(
            "08fad2ccf6b8c0a89d55100318b385c68baace81b57b22517b226964223a383839323932373530333630313037343836372c227065657255524c73223a5b22687474"
                    + "703a2f2f3132372e302e302e313a3431383233225d2c2269734c6561726e6572223a747275657d",
            "0886acccf6b8c0e8de5a100018b385c68baace81b57b223b7b226964223a383839323932373530333630313037343836372c227065657255524c73223a6e756c6c2c"
                    + "22697350726f6d6f7465223a747275657d",
            "08fdd2ccf6b8c0a89d55100118b385c68baace81b57b");

    private final Deque<Proposal> proposed = new ArrayDeque<>();
    private final MemberChanges changes = new MemberChanges(new RequestIds(1, 1), TIMEOUT_NANOS, () -> 0);

    /** A consensus to which things are proposed and nothing else. */
    private Optional<Consensus> consensus() {
        return Optional.of((Consensus) Proxy.newProxyInstance(Consensus.class.getClassLoader(), new Class<?>[] {Consensus.class},
                (proxy, method, arguments) -> proposed.add((Proposal) arguments[0]) ? null : null));
    }

    private RecordedReply<List<ClusterMember>> propose(Kind kind, String context) {
        RecordedReply<List<ClusterMember>> reply = new RecordedReply<>();
        changes.propose(new Step(kind, MEMBER), context, reply);
        return reply;
    }

    private long idOfProposed() throws Exception {
        return ConfChange.parseFrom(proposed.element().data()).getId();
    }

    @Test
    void entriesAreThoseOfEtcdButForTheirId() throws Exception {
        changes.consensus(consensus());
        propose(Kind.ADD_LEARNER, "{\"id\":8892927503601074867,\"peerURLs\":[\"http://127.0.0.1:41823\"],\"isLearner\":true}");
        propose(Kind.ADD_VOTER, "{\"id\":8892927503601074867,\"peerURLs\":null,\"isPromote\":true}");
        propose(Kind.REMOVE, "");
        for (String recorded : RECORDED) {
            ConfChange expected = ConfChange.parseFrom(HexFormat.of().parseHex(recorded)).toBuilder().setId(idOfProposed()).build();
            assertEquals(EntryType.CONF_CHANGE, proposed.element().type());
            assertEquals(HexFormat.of().formatHex(expected.toByteArray()), HexFormat.of().formatHex(proposed.remove().data().toByteArray()));
        }
    }

    @Test
    void whoWaitsIsFoundOnceByTheIdOfTheChange() throws Exception {
        changes.consensus(consensus());
        RecordedReply<List<ClusterMember>> reply = propose(Kind.REMOVE, "");
        long id = idOfProposed();
        assertEquals(Optional.empty(), changes.take(id + 1));
        changes.take(id).orElseThrow().accept(List.of());
        assertEquals(List.of(), reply.answer());
        assertEquals(Optional.empty(), changes.take(id));
    }

    @Test
    void aChangeThatNobodyTakesIsProposedAgainUntilItsTimeIsOver() {
        RecordedReply<List<ClusterMember>> reply = propose(Kind.REMOVE, "");
        changes.consensus(consensus());
        changes.tick(1);
        proposed.remove().dropped(DropReason.NO_LEADER);
        assertTrue(proposed.isEmpty());
        changes.tick(2);
        proposed.remove().dropped(DropReason.TRANSFERRING);
        assertFalse(reply.done());
        changes.tick(TIMEOUT_NANOS);
        assertTrue(proposed.isEmpty());
        assertEquals("context deadline exceeded", reply.refusal().text());
    }

    @Test
    void aChangeThatIsNotAppliedInTimeIsRefused() {
        changes.consensus(consensus());
        RecordedReply<List<ClusterMember>> reply = propose(Kind.REMOVE, "");
        changes.tick(TIMEOUT_NANOS - 1);
        assertFalse(reply.done());
        changes.tick(TIMEOUT_NANOS);
        assertEquals(Refusals.REQUEST_TIMED_OUT, reply.refusal());
    }

    @Test
    void aBusyLogAndAStoppedNodeRefuse() {
        changes.consensus(consensus());
        RecordedReply<List<ClusterMember>> busy = propose(Kind.REMOVE, "");
        proposed.remove().dropped(DropReason.BUSY);
        assertEquals(Refusals.TOO_MANY_REQUESTS, busy.refusal());
        RecordedReply<List<ClusterMember>> waiting = propose(Kind.REMOVE, "");
        changes.stop();
        assertEquals(Refusals.SERVER_STOPPED, waiting.refusal());
        assertEquals(Refusals.SERVER_STOPPED, propose(Kind.REMOVE, "").refusal());
    }

    @Test
    void onlySoManyWait() {
        for (int at = 0; at < MemberChanges.MOST_WAITING; at++) {
            assertFalse(propose(Kind.REMOVE, "").done());
        }
        assertEquals(Refusals.TOO_MANY_REQUESTS, propose(Kind.REMOVE, "").refusal());
    }
}
