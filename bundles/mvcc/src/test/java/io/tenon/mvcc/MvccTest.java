package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.spi.state.Handover;
import io.tenon.spi.storage.Bucket;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.RecordedEvents;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MvccTest {
    private final MvccNode node = MvccNode.start();

    @Test
    void keysOfALeaseAreDeletedInOneRevisionAndInTheirOrder() {
        node.state.fakeLeases().grant(7);
        for (String key : List.of("b", "a", "c")) {
            node.put(PutRequest.newBuilder().setKey(MvccNode.bytes(key)).setLease(7).build()).answer();
        }
        node.state.within(context ->
                assertEquals(5, node.mvcc.delete(context, List.of(MvccNode.bytes("a"), MvccNode.bytes("absent"), MvccNode.bytes("b")))));
        RecordedEvents.Revision told = node.state.recordedEvents().revisions().getLast();
        assertEquals(5, told.revision());
        assertEquals(List.of("a", "b"), told.changes().stream().map(change -> change.key().toStringUtf8()).toList());
        assertEquals(List.of(MvccNode.bytes("c")), List.copyOf(node.state.fakeLeases().keysOf(7)));
        node.state.within(context -> assertEquals(5, node.mvcc.delete(context, List.of(MvccNode.bytes("a")))));
    }

    @Test
    void restartAttachesOnlyKeysThatStillHoldALease() {
        node.state.fakeLeases().grant(7);
        put("kept", 7);
        put("moved off", 7);
        put("moved off", 0);
        put("deleted", 7);
        node.delete("deleted");
        MvccNode again = new MvccNode(node.state.saved(), Map.of());
        again.state.fakeLeases().grant(7);
        again.state.restore();
        assertEquals(List.of(MvccNode.bytes("kept")), List.copyOf(again.state.fakeLeases().keysOf(7)));
    }

    private void put(String key, long lease) {
        node.put(PutRequest.newBuilder().setKey(MvccNode.bytes(key)).setLease(lease).build()).answer();
    }

    @Test
    void rangesOfATransactionAreNotReadWhereNobodyWaits() {
        node.put("a", "1");
        TxnRequest txn = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(MvccNode.bytes("b"))))
                .addSuccess(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(MvccNode.bytes("a")))).build();
        InternalRaftRequest entry = InternalRaftRequest.newBuilder().setTxn(txn).build();
        TxnResponse waited = (TxnResponse) node.state.applyUnpublished(entry, true);
        TxnResponse alone = (TxnResponse) node.state.applyUnpublished(entry, false);
        assertEquals(1, waited.getResponses(1).getResponseRange().getKvsCount());
        assertEquals(0, alone.getResponses(1).getResponseRange().getKvsCount());
        assertEquals(4, node.mvcc.revision());
    }

    @Test
    void plainPutReadsNoRow() {
        node.put("a", "1");
        MemoryTables tables = node.state.saved();
        MvccNode blind = MvccNode.start(tables, Map.of());
        tables.delete(Bucket.KEY, RowKeys.put(2, 0));
        blind.put("a", "2");
        assertEquals(3, blind.mvcc.revision());
    }

    @Test
    void storedBytesAreWhatProtobufWouldWrite() {
        KeyValue kv = KeyValue.newBuilder().setKey(MvccNode.bytes("k".repeat(200))).setCreateRevision(5).setModRevision(1L << 40)
                .setVersion(-1).setValue(MvccNode.bytes("v".repeat(20_000))).setLease(-7).build();
        byte[] written = StoredKeyValue.encode(kv.getKey().toByteArray(),
                new StoredKeyValue.Numbers(5, 1L << 40, -1, -7), kv.getValue());
        assertEquals(kv.toByteString(), ByteString.copyFrom(written));
        StoredKeyValue read = StoredKeyValue.parse(written);
        assertEquals(kv.getValue(), read.valueSlice());
        assertEquals(-7, read.lease());
        assertEquals(-1, read.version());
        assertEquals(kv.toBuilder().clearValue().build().toByteString(), ByteString.copyFrom(read.withoutValue(-7)));
    }

    @Test
    void keysOnlyLeavesTheLeaseOutFromThreeSevenOn() {
        node.state.fakeLeases().grant(7);
        put("a", 7);
        RangeRequest keys = RangeRequest.newBuilder().setKey(MvccNode.bytes("a")).setKeysOnly(true).build();
        assertEquals(7, MvccNode.message(node.range(keys).answer()).getKvs(0).getLease());
        MvccNode newer = MvccNode.start(node.state.saved(), Map.of("tenon-compat", "3.7"));
        assertEquals(0, MvccNode.message(newer.range(keys).answer()).getKvs(0).getLease());
        RangeRequest byValue = keys.toBuilder().setSortTarget(RangeRequest.SortTarget.VALUE).build();
        assertEquals(7, MvccNode.message(newer.range(byValue).answer()).getKvs(0).getLease());
    }

    @Test
    void unknownSortOptionIsRefused() {
        RangeRequest target = RangeRequest.newBuilder().setKey(MvccNode.bytes("a")).setSortTargetValue(9).build();
        assertEquals(Refusals.INVALID_SORT_OPTION, node.range(target).refusal());
        RangeRequest order = RangeRequest.newBuilder().setKey(MvccNode.bytes("a")).setSortOrderValue(9).build();
        assertTrue(node.range(order).done());
        MvccNode newer = MvccNode.start(new MemoryTables(), Map.of("tenon-compat", "3.6"));
        assertEquals(Refusals.INVALID_SORT_OPTION, newer.range(order).refusal());
    }

    @Test
    void transactionWithTooManyOperationsIsRefusedAlsoWhenTheyAreNested() {
        TxnRequest.Builder inner = TxnRequest.newBuilder();
        for (int i = 0; i < 128; i++) {
            inner.addSuccess(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(MvccNode.bytes("a"))));
        }
        TxnRequest outer = TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestTxn(inner)).build();
        assertEquals(Refusals.TOO_MANY_OPS, node.txn(outer).refusal());
        assertTrue(node.txn(inner.build()).done());
        assertEquals(List.of(), node.proposals.proposed());
    }

    @Test
    void handoverOfAnUnknownFormatIsNotTaken() {
        assertFalse(node.mvcc.takeOver(new Handover("mvcc", 99, new Object[0]), node.state.ports()));
        assertTrue(new MvccNode(new MemoryTables(), Map.of()).mvcc.handOver().isEmpty());
    }

    @Test
    void handoverHoldsNothingOfThisBundle() {
        node.put("a", "1");
        node.compactNow(2);
        for (int i = 0; i < 100; i++) {
            node.put("hot", "" + i);
        }
        checkForeign(node.mvcc.handOver().orElseThrow().content());
    }

    private static void checkForeign(Object parked) {
        assertFalse(parked.getClass().getName().contains("mvcc"), parked.getClass().getName());
        if (parked instanceof Object[] many) {
            for (Object one : many) {
                checkForeign(one);
            }
        }
    }

    @Test
    void readOnlyTransactionIsNotLogged() {
        node.put("a", "1");
        RecordedReply<TxnResponse> reply = node.txn(TxnRequest.newBuilder().addFailure(RequestOp.newBuilder().setRequestRange(
                RangeRequest.newBuilder().setKey(MvccNode.bytes("a")))).build());
        assertTrue(reply.answer().getSucceeded());
        assertEquals(1, node.proposals.proposed().size());
    }

    @Test
    void aSnapshotOfAnotherMemberTakesThePlaceOfEverything() {
        node.put("old", "1");
        node.put("both", "1");
        node.delete("both");
        MvccNode leader = MvccNode.start();
        for (int i = 0; i < 10; i++) {
            leader.put("both", "v" + i);
        }
        leader.put("new", "1");
        leader.compactNow(6);
        StateNode after = StateNode.start(leader.state.saved(), node.mvcc);
        node.proposals.connect(after);
        assertEquals(leader.mvcc.revision(), node.mvcc.revision());
        assertEquals(6, node.past.compactRevision());
        assertEquals(0, node.range(range("old")).answer().count());
        assertEquals(1, node.range(range("new")).answer().count());
        RangeResponse both = MvccNode.message(node.range(range("both")).answer());
        assertEquals(10, both.getKvs(0).getVersion());
        node.put("both", "next");
        assertEquals(11, MvccNode.message(node.range(range("both")).answer()).getKvs(0).getVersion());
    }

    private static RangeRequest range(String key) {
        return RangeRequest.newBuilder().setKey(MvccNode.bytes(key)).build();
    }
}
