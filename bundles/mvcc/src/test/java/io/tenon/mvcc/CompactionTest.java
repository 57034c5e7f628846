package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.Refusals;
import io.tenon.spi.storage.Bucket;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompactionTest {
    private static final Map<String, String> ONE_REVISION_A_SLICE =
            Map.of("experimental-compaction-batch-limit", "1", "experimental-compaction-sleep-interval", "100ms");

    private static MvccNode withHistory() {
        MvccNode node = MvccNode.start(new MemoryTables(), ONE_REVISION_A_SLICE);
        for (int round = 0; round < 4; round++) {
            for (String key : List.of("a", "b", "c", "d")) {
                node.put(key, key + round);
            }
            if (round == 1) {
                node.delete("b");
            }
        }
        node.delete("c");
        node.put("d", "last");
        return node;
    }

    private static CompactionRequest at(long revision) {
        return CompactionRequest.newBuilder().setRevision(revision).build();
    }

    private static List<String> rows(MvccNode node) {
        List<String> rows = new ArrayList<>();
        for (Bucket bucket : List.of(Bucket.KEY, Bucket.META)) {
            node.state.saved().scan(bucket, new byte[0], new byte[0], (key, value) ->
                    rows.add(HexFormat.of().formatHex(key) + " " + HexFormat.of().formatHex(value)));
        }
        return rows;
    }

    @Test
    void restartAfterAnySliceEndsInTheSameState() {
        MvccNode whole = withHistory();
        whole.compactNow(16);
        List<String> expected = rows(whole);
        MvccNode cut = withHistory();
        cut.compact(at(16)).answer();
        int slices = 0;
        while (!rows(cut).equals(expected)) {
            MvccNode again = MvccNode.start(cut.state.saved(), ONE_REVISION_A_SLICE);
            assertEquals(Refusals.COMPACTED, again.range(range("a", 15)).refusal(), "slice " + slices);
            assertEquals(values(whole, 16), values(again, 16), "slice " + slices);
            again.settle();
            assertEquals(expected, rows(again), "after slice " + slices);
            assertEquals(values(whole, 0), values(again, 0));
            cut.workers.runAll();
            cut.state.tick(MvccNode.TICK_NANOS);
            assertTrue(slices++ < 100, "compaction does not end");
        }
        assertTrue(slices >= 10, "interrupted only " + slices + " times");
    }

    @Test
    void physicalCompactionAnswersWhenTheRowsAreGone() {
        MvccNode node = withHistory();
        RecordedReply<CompactionResponse> reply = node.compact(at(16).toBuilder().setPhysical(true).build());
        assertFalse(reply.done());
        int before = node.state.saved().count(Bucket.KEY);
        node.settle();
        assertEquals(node.mvcc.revision(), reply.answer().getHeader().getRevision());
        assertTrue(node.state.saved().count(Bucket.KEY) < before);
        assertTrue(node.compact(at(17).toBuilder().setPhysical(true).build()).done() || settled(node));
    }

    private static boolean settled(MvccNode node) {
        node.settle();
        return true;
    }

    @Test
    void whoWaitsForAPhysicalCompactionIsAnsweredByANewerVersionOfTheBundle() {
        MvccNode node = withHistory();
        RecordedReply<CompactionResponse> reply = node.compact(at(16).toBuilder().setPhysical(true).build());
        MvccNode next = new MvccNode(node.state.saved(), ONE_REVISION_A_SLICE);
        assertTrue(next.mvcc.takeOver(node.mvcc.handOver().orElseThrow(), next.state.ports()));
        next.state.publish();
        assertFalse(reply.done());
        next.settle();
        assertTrue(reply.done());
    }

    @Test
    void noRowIsRemovedBeforeTheHashHoldsThem() {
        MvccNode node = withHistory();
        int before = node.state.saved().count(Bucket.KEY);
        node.workers.full(true);
        node.mvcc.compact(at(16), MvccNode.CALLER, new RecordedReply<>());
        for (int i = 0; i < 5; i++) {
            node.state.tick(MvccNode.TICK_NANOS);
        }
        assertEquals(before, node.state.saved().count(Bucket.KEY));
        node.workers.full(false);
        node.settle();
        assertTrue(node.state.saved().count(Bucket.KEY) < before);
        assertEquals(-1, node.hashKv(16).answer().getCompactRevision());
        assertEquals(0, node.state.published().holders());
    }

    @Test
    void secondCompactionBeforeTheFirstEndedIsCarriedOutToo() {
        MvccNode node = withHistory();
        node.compact(at(6)).answer();
        node.state.tick(MvccNode.TICK_NANOS);
        node.compact(at(16)).answer();
        node.settle();
        MvccNode direct = withHistory();
        direct.compactNow(16);
        assertEquals(rows(direct), rows(node));
    }

    @Test
    void emptyKeyspaceMayBeCompactedAtZeroOnce() {
        MvccNode node = MvccNode.start();
        assertEquals(1, node.compact(at(0)).answer().getHeader().getRevision());
        assertEquals(Refusals.COMPACTED, node.compact(at(0)).refusal());
        assertEquals(Refusals.FUTURE_REVISION, node.compact(at(2)).refusal());
        node.settle();
        node.put("a", "1");
        assertEquals(2, node.mvcc.revision());
    }

    @Test
    void revisionSurvivesWhenItsRowsAreCompactedAway() {
        MvccNode node = MvccNode.start();
        node.put("a", "1");
        node.delete("a");
        node.put("b", "1");
        node.delete("b");
        node.compactNow(4);
        node.compactNow(5);
        assertEquals(5, node.restarted().mvcc.revision());
    }

    private static RangeRequest range(String key, long revision) {
        return RangeRequest.newBuilder().setKey(MvccNode.bytes(key)).setRevision(revision).build();
    }

    private static List<String> values(MvccNode node, long revision) {
        RangeRequest all = range("\0", revision).toBuilder().setRangeEnd(MvccNode.bytes("\0")).build();
        return MvccNode.message(node.range(all).answer()).getKvsList().stream().map(Object::toString).toList();
    }
}
