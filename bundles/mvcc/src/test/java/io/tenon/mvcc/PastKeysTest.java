package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.tenon.api.RefusedException;
import io.tenon.api.Refusals;
import io.tenon.api.kv.KeyHistory.Page;
import io.tenon.spi.state.Change;
import io.tenon.testkit.state.RecordedEvents;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PastKeysTest {
    private final MvccNode node = MvccNode.start();

    @BeforeEach
    void makeHistory() {
        for (int i = 0; i < 5; i++) {
            node.put("a", "a" + i);
            node.put("b", "b" + i);
        }
        node.delete(DeleteRangeRequest.newBuilder().setKey(MvccNode.bytes("a")).setRangeEnd(MvccNode.bytes("c")).build()).answer();
        node.put("a", "again");
    }

    @Test
    void pastIsWhatWatchersWereTold() {
        List<RecordedEvents.Revision> told = node.state.recordedEvents().revisions();
        Page page = node.past.read(2, 100, 1 << 20);
        assertEquals(told.size(), page.revisions().size());
        for (int i = 0; i < told.size(); i++) {
            assertEquals(told.get(i).revision(), page.revisions().get(i).revision());
            assertEquals(told.get(i).changes(), page.revisions().get(i).changes());
        }
        assertEquals(14, page.nextRevision());
        assertEquals(13, page.current());
    }

    @Test
    void pagesHoldWholeRevisionsAndLeaveNoGap() {
        for (long mostBytes : new long[] {1, 60, 1 << 20}) {
            List<Long> seen = new ArrayList<>();
            long next = 2;
            while (next <= 13) {
                Page page = node.past.read(next, 3, mostBytes);
                page.revisions().forEach(revision -> seen.add(revision.revision()));
                next = page.nextRevision();
                assertEquals(seen.getLast() + 1, next);
            }
            assertEquals(List.of(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L), seen);
        }
        Page deletion = node.past.read(12, 1, 1);
        assertEquals(List.of(Change.Type.DELETE, Change.Type.DELETE), deletion.revisions().getFirst().changes().stream().map(Change::type).toList());
    }

    @Test
    void futureIsEmptyAndNextStaysWhereItWasAsked() {
        Page page = node.past.read(20, 10, 1000);
        assertEquals(List.of(), page.revisions());
        assertEquals(20, page.nextRevision());
    }

    @Test
    void whatIsCompactedIsRefusedAndTheRestIsRead() {
        node.compactNow(8);
        RefusedException refused = assertThrows(RefusedException.class, () -> node.past.read(7, 10, 1000));
        assertEquals(Refusals.COMPACTED, refused.refusal());
        assertEquals(8, node.past.compactRevision());
        assertEquals(8, node.past.read(8, 10, 1000).revisions().getFirst().revision());
    }

    @Test
    void valueBeforeIsTheOneOfTheRevisionBefore() {
        assertEquals("a0", value("a", 4));
        assertEquals("", value("a", 2));
        assertEquals("a4", value("a", 12));
        assertEquals("", value("a", 13));
        assertEquals("b3", value("b", 11));
        node.compactNow(8);
        assertEquals("", value("a", 8));
        assertEquals("a3", value("a", 9));
    }

    private String value(String key, long before) {
        Optional<ByteString> found = node.past.valueBefore(MvccNode.bytes(key), before);
        return found.map(StoredKeyValue::message).map(kv -> kv.getValue().toStringUtf8()).orElse("");
    }

    @Test
    void readersSeeARevisionOnlyWhenItIsPublished() {
        node.state.applyUnpublished(io.tenon.wire.etcdserverpb.InternalRaftRequest.newBuilder()
                .setPut(io.tenon.wire.etcdserverpb.PutRequest.newBuilder().setKey(MvccNode.bytes("z"))).build(), true);
        assertEquals(14, node.mvcc.revision());
        assertEquals(13, node.past.revision());
        node.state.publish();
        assertEquals(14, node.past.revision());
    }
}
