package io.tenon.corruption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.config.Compat;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What members tell one another of their keyspaces, as etcd 3.5 was seen to, and what the leader makes of it. */
class CorruptionTest {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final LocalMember SELF = new LocalMember(1, 0xa223a46688bd050bL);

    private final HandMember member = new HandMember();
    private final HashQuestions questions = new HashQuestions(new HashQuestions.Services(member, member, member), SELF);
    private LeaderRounds check = new PeriodicCheck(member, questions, PERIOD, Suspects.MINORITY);

    @Test
    void hashIsToldAsEtcdTellsIt() {
        member.answers.add(hash(4, 2_827_864_405L, -1));
        PeerAnswer answer = ask(get("{\"revision\":2}"));
        assertEquals(200, answer.status());
        assertEquals(2, member.askedRevisions.getLast());
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals("a223a46688bd050b", answer.header("X-Etcd-Cluster-Id"));
        assertEquals("{\"header\":{\"revision\":4},\"hash\":2827864405,\"compact_revision\":-1}", answer.body().toStringUtf8());
        member.answers.add(HashKVResponse.newBuilder().setHeader(ResponseHeader.newBuilder().setRevision(9)).setHash(1).setCompactRevision(3)
                .setHashRevision(9).build());
        assertEquals("{\"header\":{\"revision\":9},\"hash\":1,\"compact_revision\":3,\"hash_revision\":9}", ask(get("{}")).body().toStringUtf8());
    }

    @Test
    void whatCannotBeToldIsRefusedAsEtcdRefusesIt() {
        assertEquals(PeerAnswer.text(400, "error unmarshalling request"), ask(get("")));
        member.answers.add(Refusals.FUTURE_REVISION);
        assertEquals(PeerAnswer.text(400, "mvcc: required revision is a future revision"), ask(get("{\"revision\":999}")));
        member.answers.add(Refusals.COMPACTED);
        assertEquals(PeerAnswer.text(400, "mvcc: required revision has been compacted"), ask(get("{\"revision\":1}")));
        PeerAnswer post = ask(new PeerRequest("POST", "/members/hashkv", "", Map.of("X-Etcd-Cluster-ID", "1"), ByteString.EMPTY));
        assertEquals(405, post.status());
        assertEquals("GET", post.header("Allow"));
        assertEquals("Method Not Allowed\n", post.body().toStringUtf8());
        assertEquals(PeerAnswer.text(412, "cluster ID mismatch"),
                ask(new PeerRequest("GET", "/members/hashkv", "", Map.of("X-Etcd-Cluster-Id", "1"), ByteString.copyFromUtf8("{}"))));
    }

    @Test
    void answersAreReadAsTheyAreWritten() {
        for (HashKVResponse response : List.of(hash(4, 4_178_063_679L, -1), hash(9, 0, 0), hash(9, 7, 5))) {
            assertEquals(HashAnswer.of(response), HashAnswer.read(HashAnswer.write(response).toStringUtf8()));
        }
        assertThrows(IllegalArgumentException.class, () -> HashAnswer.read("not json"));
    }

    @Test
    void membersThatAgreeGetNoAlarm() {
        round(hash(8, 77, 3), hash(8, 77, 3), told(8, 77, 3), told(12, 77, 3));
        assertEquals(List.of(2L), alarmed(), "its revision is beyond what the leader has applied");
        member.alarms.clear();
        round(hash(8, 77, 3), hash(12, 99, 3), told(8, 77, 3), told(12, 77, 3));
        assertEquals(List.of(), alarmed());
        assertEquals("{\"revision\":8}", member.lastQuestion.body().toStringUtf8());
        assertEquals("a223a46688bd050b", member.lastQuestion.header("X-Etcd-Cluster-ID"));
    }

    @Test
    void whoDiffersIsAlarmed() {
        round(hash(8, 77, 3), hash(8, 77, 3), told(8, 78, 3), told(8, 77, 3));
        assertEquals(List.of(3L), alarmed());
        member.alarms.clear();
        round(hash(8, 77, 3), hash(8, 77, 3), told(8, 78, 2), told(8, 5, 4));
        assertEquals(List.of(2L), alarmed(), "hashes of other compactions say nothing, compactions the leader does not know do");
        member.alarms.clear();
        round(hash(8, 77, 3), hash(8, 76, 3), told(8, 77, 3), told(8, 77, 3));
        assertEquals(List.of(1L), alarmed(), "the leader itself");
    }

    @Test
    void alarmOfThreeFiveNamesNobody() {
        check = new PeriodicCheck(member, questions, PERIOD, Suspects.of(Compat.V3_5));
        round(hash(8, 77, 3), hash(8, 77, 3), told(8, 78, 3), told(8, 77, 3));
        assertEquals(List.of(0L), alarmed(), "as 3.5.16 was seen to do");
    }

    @Test
    void whoIsNotThereIsPassedOverAndTheNextRoundComes() {
        round(hash(8, 77, 3), hash(8, 77, 3), PeerAnswer.text(404, "404 page not found"), told(8, 78, 3));
        assertEquals(List.of(2L), alarmed());
        member.answers.add(Refusals.TOO_MANY_REQUESTS);
        pass();
        member.alarms.clear();
        round(hash(8, 77, 3), hash(8, 77, 3), told(8, 77, 3), told(8, 77, 3));
        assertEquals(List.of(), alarmed());
        assertEquals(check.wakeAtNanos(), member.nowNanos + PERIOD.toNanos());
    }

    @Test
    void onlyALeaderCompares() {
        member.leader = 2;
        pass();
        pass();
        assertEquals(List.of(), member.askedRevisions);
        assertTrue(member.peerReplies.isEmpty());
    }

    /** A whole round: the leader's two hashes and what the others told, last member first. */
    private void round(HashKVResponse first, HashKVResponse second, PeerAnswer third, PeerAnswer other) {
        member.answers.add(first);
        member.answers.add(second);
        pass();
        List<Reply<PeerAnswer>> replies = List.copyOf(member.peerReplies);
        member.peerReplies.clear();
        replies.get(1).accept(third);
        replies.get(0).accept(other);
        settle();
    }

    private void pass() {
        check.step(member.nowNanos);
        member.nowNanos += PERIOD.toNanos();
        settle();
    }

    private void settle() {
        while (check.step(member.nowNanos) > 0) {
            // Until nothing is left to do.
        }
    }

    private List<Long> alarmed() {
        return member.alarms.stream().map(alarm -> alarm.getMemberID()).toList();
    }

    private PeerAnswer ask(PeerRequest request) {
        RecordedReply<PeerAnswer> reply = new RecordedReply<>();
        new HashEndpoint(member, SELF).handle(request, reply);
        return reply.answer();
    }

    private static PeerRequest get(String body) {
        return new PeerRequest("GET", "/members/hashkv", "", Map.of(), ByteString.copyFromUtf8(body));
    }

    private static HashKVResponse hash(long revision, long hash, long compactRevision) {
        return HashKVResponse.newBuilder().setHeader(ResponseHeader.newBuilder().setRevision(revision)).setHash((int) hash)
                .setCompactRevision(compactRevision).build();
    }

    private static PeerAnswer told(long revision, long hash, long compactRevision) {
        return PeerAnswer.of(200, "application/json", HashAnswer.write(hash(revision, hash, compactRevision)));
    }
}
