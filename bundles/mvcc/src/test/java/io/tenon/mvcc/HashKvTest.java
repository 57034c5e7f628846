package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tenon.api.Refusals;
import io.tenon.api.kv.KeyValues.CompactionHash;
import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hashes recorded from etcd 3.5.30 for one history, before and after two compactions. */
class HashKvTest {
    private final MvccNode node = MvccNode.start();

    private void history() {
        node.put("foo", "1");
        node.put("foo", "2");
        node.put("bar", "x");
        node.put("foo", "3");
        node.delete("bar");
        node.put("bar", "y");
        TxnRequest.Builder both = TxnRequest.newBuilder();
        both.addSuccess(put("t1", "a"));
        both.addSuccess(put("t2", "b"));
        node.txn(both.build()).answer();
    }

    private static RequestOp put(String key, String value) {
        return RequestOp.newBuilder().setRequestPut(
                PutRequest.newBuilder().setKey(MvccNode.bytes(key)).setValue(MvccNode.bytes(value))).build();
    }

    @Test
    void hashesAreThoseOfEtcdBeforeAndAfterCompactions() {
        history();
        expect(node, 0, 3138655903L, -1);
        expect(node, 2, 1652237581L, -1);
        expect(node, 3, 300515633L, -1);
        expect(node, 5, 3812451547L, -1);
        expect(node, 6, 3124072868L, -1);
        expect(node, 8, 3138655903L, -1);
        node.compactNow(4);
        expectAfterFour(node);
        expect(node, 4, 4138403085L, -1);
        node.compactNow(6);
        expectAfterSix(node);
        expect(node, 6, 2182597196L, 4);
        assertEquals(List.of(new CompactionHash(4, 4138403085L, -1), new CompactionHash(6, 2182597196L, 4)), node.mvcc.compactionHashes());
    }

    @Test
    void hashesDoNotDependOnWhetherRowsAreRemovedAlready() {
        history();
        node.compactNow(4);
        node.compact(io.tenon.wire.etcdserverpb.CompactionRequest.newBuilder().setRevision(6).build()).answer();
        expectAfterSix(node);
    }

    @Test
    void restartForgetsTheHashesOfCompactionsAndNothingElse() {
        history();
        node.compactNow(4);
        MvccNode again = node.restarted();
        expectAfterFour(again);
        node.compactNow(6);
        expectAfterSix(node.restarted());
    }

    @Test
    void rowsAreThoseOfEtcdAfterCompactions() {
        history();
        node.compactNow(4);
        node.compactNow(6);
        List<String> rows = new ArrayList<>();
        node.state.saved().scan(Bucket.KEY, new byte[0], new byte[0], (key, value) ->
                rows.add(HexFormat.of().formatHex(key) + " " + HexFormat.of().formatHex(value)));
        assertEquals(List.of(
                "00000000000000055f0000000000000000 0a03666f6f1002180520032a0133",
                "00000000000000065f000000000000000074 0a03626172",
                "00000000000000075f0000000000000000 0a036261721007180720012a0179",
                "00000000000000085f0000000000000000 0a0274311008180820012a0161",
                "00000000000000085f0000000000000001 0a0274321008180820012a0162"), rows);
        List<String> meta = new ArrayList<>();
        node.state.saved().scan(Bucket.META, new byte[0], new byte[0], (key, value) ->
                meta.add(new String(key, java.nio.charset.StandardCharsets.US_ASCII) + " " + HexFormat.of().formatHex(value)));
        assertEquals(List.of("finishedCompactRev 00000000000000065f0000000000000000",
                "scheduledCompactRev 00000000000000065f0000000000000000"), meta);
    }

    @Test
    void rowsThatAreRemovedButStillSeenDoNotCountEvenWhenNoKeyIsLeft() {
        node.put("a", "1");
        node.delete("a");
        node.put("b", "1");
        node.delete("b");
        Rows before = node.state.published();
        node.compactNow(4);
        MvccView after = node.mvcc.reads().newest();
        HashKv.Hash hash = HashKv.of(after, 5, 4);
        MvccView stale = new MvccView(after.index(), before, after.revision(), after.compactRevision());
        assertEquals(hash, HashKv.of(stale, 5, 4));
        assertNotEquals(hash, HashKv.of(stale, 5, -1));
    }

    @Test
    void revisionsOutOfReachAreRefused() {
        history();
        node.compactNow(4);
        assertEquals(Refusals.COMPACTED, node.hashKv(3).refusal());
        assertEquals(Refusals.FUTURE_REVISION, node.hashKv(9).refusal());
    }

    @Test
    void hashedRevisionIsToldFromThreeSixOn() {
        history();
        assertEquals(0, node.hashKv(5).answer().getHashRevision());
        MvccNode newer = MvccNode.start(node.state.saved(), Map.of("tenon-compat", "3.6"));
        assertEquals(5, newer.hashKv(5).answer().getHashRevision());
        assertEquals(8, newer.hashKv(0).answer().getHashRevision());
    }

    private static void expectAfterFour(MvccNode node) {
        expect(node, 0, 3170109827L, 4);
        expect(node, 5, 2157922171L, 4);
        expect(node, 6, 2182597196L, 4);
        expect(node, 8, 3170109827L, 4);
    }

    private static void expectAfterSix(MvccNode node) {
        expect(node, 0, 46228324L, 6);
        expect(node, 7, 1687645803L, 6);
        expect(node, 8, 46228324L, 6);
    }

    private static void expect(MvccNode node, long revision, long hash, long compactRevision) {
        HashKVResponse answer = node.hashKv(revision).answer();
        assertEquals(hash + " after " + compactRevision, Integer.toUnsignedLong(answer.getHash()) + " after " + answer.getCompactRevision(),
                "at " + revision);
        assertEquals(8, answer.getHeader().getRevision());
    }
}
