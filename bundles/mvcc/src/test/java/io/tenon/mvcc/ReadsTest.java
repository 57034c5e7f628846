package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.Refusals;
import io.tenon.api.kv.RangeResult;
import io.tenon.spi.storage.Bucket;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.RangeRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadsTest {
    private static final RangeRequest ONE = RangeRequest.newBuilder().setKey(MvccNode.bytes("a")).build();
    private static final RangeRequest MANY = ONE.toBuilder().setRangeEnd(MvccNode.bytes("\0")).build();
    private final MvccNode node = MvccNode.start();

    @Test
    void readWaitsWhileTheEngineIsAwayAndGoesOnWhenItReturns() {
        node.put("a", "1");
        node.state.published().loseEngine(true);
        RecordedReply<RangeResult> one = node.range(ONE);
        RecordedReply<RangeResult> many = node.range(MANY);
        node.state.tick(0);
        node.workers.runAll();
        assertFalse(one.done());
        assertFalse(many.done());
        node.state.published().loseEngine(false);
        node.state.tick(0);
        node.workers.runAll();
        assertEquals(1, one.answer().count());
        assertEquals(1, many.answer().count());
        assertEquals(0, node.state.published().holders());
    }

    @Test
    void readOfRowsThatAreOutOfDateWaitsForNewerOnes() {
        node.put("a", "1");
        node.state.published().close();
        RecordedReply<RangeResult> reply = node.range(ONE);
        assertFalse(reply.done());
        node.put("a", "2");
        node.workers.runAll();
        assertEquals("2", MvccNode.message(reply.answer()).getKvs(0).getValue().toStringUtf8());
    }

    @Test
    void readBeforeAnythingIsPublishedWaits() {
        MvccNode fresh = new MvccNode(new MemoryTables(), Map.of());
        RecordedReply<RangeResult> reply = fresh.range(ONE.toBuilder().setSerializable(true).build());
        assertFalse(reply.done());
        fresh.state.restore();
        fresh.workers.runAll();
        assertEquals(0, reply.answer().count());
    }

    @Test
    void longReadIsRefusedWhenTheWorkersAreBusy() {
        node.workers.full(true);
        assertEquals(Refusals.TOO_MANY_REQUESTS, node.range(MANY).refusal());
        assertTrue(node.range(ONE).done());
    }

    @Test
    void readsOfAKeyspaceThatWasHandedOverAreAnsweredByItsSuccessor() {
        node.put("a", "old");
        MvccNode next = node.restarted();
        next.put("a", "new");
        node.successor.is(next.mvcc);
        node.state.published().loseEngine(true);
        RecordedReply<RangeResult> parked = node.range(ONE);
        node.mvcc.handOver().orElseThrow();
        RecordedReply<RangeResult> late = node.range(ONE);
        RecordedReply<RangeResult> local = node.range(ONE.toBuilder().setSerializable(true).build());
        for (RecordedReply<RangeResult> reply : List.of(parked, late, local)) {
            next.workers.runAll();
            assertEquals("new", MvccNode.message(reply.answer()).getKvs(0).getValue().toStringUtf8());
        }
    }

    @Test
    void lostRowIsCorruptionAndNeverAbsence() {
        node.put("a", "1");
        node.put("b", "1");
        MemoryTables tables = node.state.saved();
        MvccNode damaged = MvccNode.start(tables, Map.of());
        tables.delete(Bucket.KEY, RowKeys.put(2, 0));
        damaged.state.within(context -> context.put(Bucket.META, new byte[1], new byte[1]));
        damaged.state.publish();
        RecordedReply<RangeResult> reply = new RecordedReply<>();
        // The node under test fails the test when it is told to stop.
        AssertionError found = assertThrows(AssertionError.class, () -> damaged.mvcc.range(ONE, MvccNode.CALLER, reply));
        assertTrue(found.getMessage().contains("'a'") && found.getMessage().contains("2/0"), found.getMessage());
        assertEquals(Refusals.CORRUPT_CLUSTER, reply.refusal());
    }
}
