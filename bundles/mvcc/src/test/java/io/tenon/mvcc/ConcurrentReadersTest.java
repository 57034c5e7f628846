package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Every transaction sets all keys to its own number, so a reader that sees two numbers at one revision, or a number that is not the
 * revision's, saw a torn state.
 */
class ConcurrentReadersTest {
    private static final int KEYS = 40;
    private static final int ROUNDS = 400;
    private static final RangeRequest ALL =
            RangeRequest.newBuilder().setKey(MvccNode.bytes("k")).setRangeEnd(MvccNode.bytes("l")).build();
    private final MvccNode node = MvccNode.start();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void readersSeeWholeRevisionsWhileTheWriterWorks() throws Exception {
        node.state.apply(round(2));
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit((Callable<Integer>) this::readUntilOver));
            }
            for (long revision = 3; revision < ROUNDS; revision++) {
                node.state.apply(round(revision));
                if (revision % 50 == 0) {
                    node.state.apply(InternalRaftRequest.newBuilder()
                            .setCompaction(CompactionRequest.newBuilder().setRevision(revision - 20)).build());
                }
                node.state.tick(MvccNode.TICK_NANOS);
            }
            over.set(true);
            for (Future<Integer> reader : readers) {
                assertTrue(reader.get() > 0);
            }
        }
    }

    private static InternalRaftRequest round(long revision) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int key = 0; key < KEYS; key++) {
            txn.addSuccess(RequestOp.newBuilder().setRequestPut(
                    PutRequest.newBuilder().setKey(MvccNode.bytes("k" + key)).setValue(MvccNode.bytes("" + revision))));
        }
        return InternalRaftRequest.newBuilder().setTxn(txn).build();
    }

    private int readUntilOver() {
        Ranges ranges = new Ranges(io.tenon.api.config.Compat.V3_5);
        int reads = 0;
        while (!over.get()) {
            long revision = node.mvcc.reads().runNow(view -> check(view, ranges, 0));
            node.mvcc.reads().runNow(view -> check(view, ranges, Math.max(revision - 5, view.compactRevision())));
            reads++;
        }
        return reads;
    }

    private static long check(MvccView view, Ranges ranges, long at) {
        Ranges.Found found = ranges.read(ALL.toBuilder().setRevision(Math.max(at, 0)).build(), view);
        long expected = at <= 0 ? view.revision() : at;
        if (expected < 2) {
            return expected;
        }
        assertEquals(KEYS, found.count());
        found.kvs().forEach(kv -> assertEquals("" + expected, StoredKeyValue.message(kv).getValue().toStringUtf8()));
        return expected;
    }
}
