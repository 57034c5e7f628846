package io.tenon.corruption;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.config.Compat;
import io.tenon.api.kv.KeyValues.CompactionHash;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the leader makes of the hashes that compactions left. */
class CompactionCheckTest {
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofSeconds(7);
    private static final LocalMember SELF = new LocalMember(1, 0xa223a46688bd050bL);
    private static final PeerAnswer COMPACTED = PeerAnswer.text(400, "mvcc: required revision has been compacted");

    private final HandMember member = new HandMember();
    private CompactionCheck check = check(Compat.V3_6);
    private final List<String> asked = new ArrayList<>();

    @Test
    void nothingIsAskedWithoutACompaction() {
        round();
        assertEquals(List.of(), asked);
    }

    @Test
    void newestOnWhichAllAgreeSettlesTheRest() {
        member.compactionHashes.add(new CompactionHash(4, 40, -1));
        member.compactionHashes.add(new CompactionHash(6, 60, 4));
        round(told(60, 4), told(60, 4));
        assertEquals(List.of("6"), asked);
        round();
        assertEquals(List.of("6"), asked, "it is not compared twice");
        member.compactionHashes.add(new CompactionHash(9, 90, 6));
        round(told(90, 6), told(90, 6));
        assertEquals(List.of("6", "9"), asked);
        assertEquals(List.of(), alarmed());
    }

    @Test
    void olderOnesAreComparedWhileSomebodyIsNotThere() {
        member.compactionHashes.add(new CompactionHash(4, 40, -1));
        member.compactionHashes.add(new CompactionHash(6, 60, 4));
        round(told(60, 4), COMPACTED, told(40, -1), told(40, -1));
        assertEquals(List.of("6", "4"), asked);
        round(told(60, 4), told(60, -1));
        assertEquals(List.of("6", "4", "6"), asked, "the fourth is settled, the sixth is of another compaction there");
        assertEquals(List.of(), alarmed());
    }

    @Test
    void minorityIsAlarmedFromThreeSixOn() {
        member.compactionHashes.add(new CompactionHash(4, 40, -1));
        round(told(40, -1), told(41, -1));
        assertEquals(List.of(3L), alarmed());
        member.alarms.clear();
        round(told(41, -1), told(41, -1));
        assertEquals(List.of(1L), alarmed(), "the leader itself");
    }

    @Test
    void nobodyIsNamedWithoutAMajority() {
        member.compactionHashes.add(new CompactionHash(4, 40, -1));
        round(told(42, -1), told(41, -1));
        assertEquals(List.of(0L), alarmed());
        member.alarms.clear();
        round(told(41, -1), COMPACTED);
        assertEquals(List.of(0L), alarmed(), "two of three differ, and the third is not there");
    }

    @Test
    void nobodyIsNamedInThreeFive() {
        check = check(Compat.V3_5);
        member.compactionHashes.add(new CompactionHash(4, 40, -1));
        round(told(40, -1), told(41, -1));
        assertEquals(List.of(0L), alarmed(), "as 3.5.16 was seen to do");
        round(told(40, -1), told(41, -1));
        assertEquals(List.of(0L, 0L), alarmed(), "and again, until they agree");
    }

    @Test
    void onlyALeaderCompares() {
        member.leader = 2;
        member.compactionHashes.add(new CompactionHash(4, 40, -1));
        round();
        assertEquals(List.of(), asked);
    }

    @Test
    void memberIsAskedAtItsOtherAddressWhenOneDoesNotAnswer() {
        member.secondAddress = true;
        member.compactionHashes.add(new CompactionHash(4, 40, -1));
        pass();
        member.takePeerReplies().forEach(reply -> reply.refuse(Refusal.unknown("dial tcp: connection refused")));
        settle();
        assertEquals(2, member.peerReplies.size());
        assertEquals("http://10.1.0.3:2380", member.lastAddress.toString());
        member.takePeerReplies().forEach(reply -> reply.accept(told(40, -1)));
        settle();
        round();
        assertEquals(List.of(), asked, "all agreed");
    }

    private CompactionCheck check(Compat compat) {
        HashQuestions questions = new HashQuestions(new HashQuestions.Services(member, member, member), SELF);
        return new CompactionCheck(member, questions, PERIOD,
                new CompactionCheck.Manner(member::compactionHashes, Suspects.of(compat), LIMIT));
    }

    /** A whole round: what members 2 and 3 answer, for each compaction they are asked for. */
    private void round(PeerAnswer... answers) {
        pass();
        for (int answer = 0; answer < answers.length; answer += 2) {
            asked.add(member.lastQuestion.body().toStringUtf8().replaceAll("[^0-9]", ""));
            var replies = member.takePeerReplies();
            replies.get(0).accept(answers[answer]);
            replies.get(1).accept(answers[answer + 1]);
            settle();
        }
        assertEquals(0, member.peerReplies.size());
        assertEquals(member.nowNanos + PERIOD.toNanos(), check.wakeAtNanos(), "the next round comes after a period");
    }

    private void pass() {
        check.step(member.nowNanos);
        member.nowNanos += PERIOD.toNanos();
        check.step(member.nowNanos);
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

    private static PeerAnswer told(long hash, long compactRevision) {
        return PeerAnswer.of(200, "application/json", ByteString.copyFromUtf8(
                "{\"header\":{\"revision\":12},\"hash\":" + hash + ",\"compact_revision\":" + compactRevision + "}"));
    }
}
