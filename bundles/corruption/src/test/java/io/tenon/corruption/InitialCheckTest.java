package io.tenon.corruption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One comparison before the member serves, with the answers of recorded etcd 3.5 members. */
class InitialCheckTest {
    private static final LocalMember SELF = new LocalMember(0xd1019e07a8a4f7e4L, 0xa223a46688bd050bL);
    private static final PeerAnswer SAME = told("{\"header\":{\"revision\":4},\"hash\":4178063679,\"compact_revision\":-1}");
    private static final PeerAnswer OTHER = told("{\"header\":{\"revision\":4},\"hash\":2899885886,\"compact_revision\":-1}");
    private static final PeerAnswer OTHER_COMPACTION = told("{\"header\":{\"revision\":9},\"hash\":2899885886,\"compact_revision\":3}");

    private final HandMember member = new HandMember();
    private final InitialCheck check = new InitialCheck(new HashQuestions(new HashQuestions.Services(member, member, member), SELF),
            Duration.ofSeconds(7), member.failures::add);

    @Test
    void nothingIsAskedBeforeItsTime() {
        settle();
        assertEquals(List.of(), member.askedRevisions);
        assertFalse(check.passed());
    }

    @Test
    void memberThatAgreesWithTheOthersPasses() {
        List<Reply<PeerAnswer>> others = begin();
        assertEquals("{\"revision\":4}", member.lastQuestion.body().toStringUtf8());
        others.get(0).accept(SAME);
        settle();
        assertFalse(check.passed(), "one has not answered");
        others.get(1).accept(SAME);
        others.get(2).accept(SAME);
        settle();
        assertTrue(check.passed());
        assertEquals(List.of(), member.failures);
    }

    @Test
    void memberThatDiffersFromOneStopsAsEtcdDoes() {
        List<Reply<PeerAnswer>> others = begin();
        others.get(0).accept(SAME);
        others.get(1).accept(OTHER);
        others.get(2).accept(SAME);
        settle();
        assertEquals(List.of("d1019e07a8a4f7e4 found data inconsistency with peers"), member.failures);
        assertFalse(check.passed());
    }

    @Test
    void whoCannotBeComparedIsPassedOver() {
        List<Reply<PeerAnswer>> others = begin();
        others.get(0).refuse(Refusal.unknown("dial tcp 10.0.0.1:2380: connection refused"));
        others.get(1).accept(PeerAnswer.text(400, "mvcc: required revision is a future revision"));
        others.get(2).accept(OTHER_COMPACTION);
        settle();
        assertTrue(check.passed());
        assertEquals(List.of(), member.failures);
    }

    @Test
    void memberWithoutAHashDoesNotServe() {
        member.answers.add(Refusals.TOO_MANY_REQUESTS);
        check.begin();
        settle();
        assertEquals(1, member.failures.size());
        assertTrue(member.failures.getFirst().startsWith("d1019e07a8a4f7e4 failed to fetch hash"));
        assertFalse(check.passed());
    }

    @Test
    void comparisonIsMadeOnce() {
        begin().forEach(reply -> reply.accept(SAME));
        settle();
        check.begin();
        settle();
        assertEquals(1, member.askedRevisions.size());
    }

    private List<Reply<PeerAnswer>> begin() {
        member.answers.add(HashKVResponse.newBuilder().setHeader(ResponseHeader.newBuilder().setRevision(4)).setHash((int) 4_178_063_679L)
                .setCompactRevision(-1).build());
        check.begin();
        settle();
        return member.takePeerReplies();
    }

    private void settle() {
        while (check.step(member.nowNanos) > 0) {
            // Until nothing is left to do.
        }
    }

    private static PeerAnswer told(String json) {
        return PeerAnswer.of(200, "application/json", ByteString.copyFromUtf8(json));
    }
}
