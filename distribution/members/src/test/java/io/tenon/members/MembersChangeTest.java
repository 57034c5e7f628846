package io.tenon.members;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.CallContext;
import io.tenon.api.Refusals;
import io.tenon.storage.memory.MemoryEngine;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.MemberAddRequest;
import io.tenon.wire.etcdserverpb.MemberAddResponse;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteResponse;
import io.tenon.wire.etcdserverpb.MemberRemoveRequest;
import io.tenon.wire.etcdserverpb.MemberRemoveResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go, by the calls that clients make, over the real log. */
class MembersChangeTest {
    private static final String NEW_URL = "http://localhost:4";
    private static final CallContext CALL = new CallContext(Runnable::run, "");

    @TempDir
    private Path folder;
    private HandCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new HandCluster(folder, new MemoryEngine());
        cluster.until("all know all", () -> cluster.hasLeader() && cluster.members.values().stream()
                .allMatch(member -> member.cluster.members().stream().filter(one -> one.started() && !one.clientUrls().isEmpty()).count() == 3));
    }

    @AfterEach
    void stop() {
        cluster.stop();
    }

    private Member follower() {
        return cluster.members.values().stream().filter(member -> !member.status().isLeader()).findFirst().orElseThrow();
    }

    private <T> T answer(String what, RecordedReply<T> reply) {
        cluster.until(what, reply::done);
        return reply.answer();
    }

    private RecordedReply<MemberAddResponse> add(Member at, String url) {
        RecordedReply<MemberAddResponse> reply = new RecordedReply<>();
        at.cluster.memberAdd(MemberAddRequest.newBuilder().addPeerURLs(url).setIsLearner(true).build(), CALL, reply);
        return reply;
    }

    private RecordedReply<MemberPromoteResponse> promote(Member at, long id) {
        RecordedReply<MemberPromoteResponse> reply = new RecordedReply<>();
        at.cluster.memberPromote(MemberPromoteRequest.newBuilder().setID(id).build(), CALL, reply);
        return reply;
    }

    private RecordedReply<MemberRemoveResponse> remove(Member at, long id) {
        RecordedReply<MemberRemoveResponse> reply = new RecordedReply<>();
        at.cluster.memberRemove(MemberRemoveRequest.newBuilder().setID(id).build(), CALL, reply);
        return reply;
    }

    @Test
    void theVersionRisesWhenAllServersAreKnown() {
        cluster.until("the version of all servers", () -> cluster.members.values().stream()
                .allMatch(member -> member.cluster.clusterVersion().equals(Optional.of("3.5.0"))));
    }

    @Test
    void aLearnerCatchesUpAndGetsItsVoteThroughAFollower() throws Exception {
        cluster.fill("before", 40);
        MemberAddResponse added = answer("a learner is added", add(follower(), NEW_URL));
        long id = added.getMember().getID();
        assertEquals(4, added.getMembersCount());
        RecordedReply<MemberPromoteResponse> early = promote(cluster.leader(), id);
        cluster.until("the promotion is decided", early::done);
        assertEquals(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER_WHICH_IS_IN_SYNC_WITH_LEADER, early.refusal());
        Member joined = cluster.join("d", HandCluster.INITIAL + ",d=" + NEW_URL, folder.resolve("d"));
        assertEquals(id, joined.id());
        cluster.until("the learner has caught up", () -> joined.applied() == cluster.leader().applied());
        assertTrue(joined.status().learner());
        assertEquals(4, answer("the learner is promoted", promote(follower(), id)).getMembersCount());
        cluster.until("the learner knows", () -> !joined.status().learner());
        assertEquals(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER, refused(promote(follower(), id)));
        cluster.until("the new member told its name", () -> cluster.leader().cluster.members().stream().anyMatch(one -> one.name().equals("d")));
    }

    private io.tenon.api.Refusal refused(RecordedReply<?> reply) {
        cluster.until("a refusal", reply::done);
        return reply.refusal();
    }

    @Test
    void whatTheRulesSayWhenAChangeIsAppliedReachesWhoAskedForIt() {
        assertEquals(Refusals.PEER_URLS_ALREADY_EXISTS, refused(add(follower(), "http://localhost:2")));
        answer("a learner is added", add(follower(), NEW_URL));
        assertEquals(Refusals.TOO_MANY_LEARNER_MEMBERS_IN_CLUSTER, refused(add(cluster.leader(), "http://localhost:5")));
        assertEquals(Refusals.MEMBER_NOT_FOUND, refused(remove(follower(), 77)));
        assertEquals(Refusals.MEMBER_NOT_FOUND, refused(promote(follower(), 77)));
    }

    @Test
    void aRemovedLeaderEndsAndTheOthersGoOn() {
        Member old = cluster.leader();
        MemberRemoveResponse removed = answer("the leader is removed", remove(follower(), old.id()));
        assertEquals(2, removed.getMembersCount());
        assertEquals(List.of(), old.failures);
        cluster.advanceSlowly(Duration.ofMillis(1500));
        assertEquals(List.of("the member has been permanently removed from the cluster"), old.failures);
        old.stop();
        cluster.kill(old.name);
        cluster.until("another leader", cluster::hasLeader);
        cluster.fill("after", 3);
        assertFalse(cluster.leader().cluster.members().stream().anyMatch(member -> member.id() == old.id()));
    }
}
