package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Ranges of many keys, whose rows lie in clusters and alone, one and several in a revision. */
class LargeRangeTest {
    private final MvccNode node = MvccNode.start();
    private final Map<String, String> expected = new TreeMap<>();
    private final Random random = new Random(3);

    @Test
    void everyKeyHasItsOwnValueHoweverRowsWereFetched() {
        for (int i = 0; i < 400; i++) {
            writeSome(i);
            if (i % 80 == 79) {
                node.state.publish();
                check();
            }
        }
    }

    private void writeSome(int round) {
        switch (random.nextInt(4)) {
            case 0 -> {
                TxnRequest.Builder txn = TxnRequest.newBuilder();
                for (int i = 0; i < 20; i++) {
                    txn.addSuccess(RequestOp.newBuilder().setRequestPut(put("t" + round + "/" + i, "v" + round + "/" + i)));
                }
                apply(InternalRaftRequest.newBuilder().setTxn(txn).build());
            }
            case 1 -> {
                for (int i = 0; i < 15; i++) {
                    apply(InternalRaftRequest.newBuilder().setPut(put("hot", "" + i)).build());
                }
            }
            default -> apply(InternalRaftRequest.newBuilder().setPut(put("k" + random.nextInt(300), "r" + round)).build());
        }
    }

    private PutRequest put(String key, String value) {
        expected.put(key, value);
        return PutRequest.newBuilder().setKey(MvccNode.bytes(key)).setValue(MvccNode.bytes(value)).build();
    }

    private void apply(InternalRaftRequest entry) {
        node.state.applyUnpublished(entry, true);
    }

    private void check() {
        var all = RangeRequest.newBuilder().setKey(MvccNode.bytes("\0")).setRangeEnd(MvccNode.bytes("\0")).build();
        List<String> found = MvccNode.message(node.range(all).answer()).getKvsList().stream()
                .map(kv -> kv.getKey().toStringUtf8() + "=" + kv.getValue().toStringUtf8()).toList();
        assertEquals(expected.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList(), found);
    }
}
