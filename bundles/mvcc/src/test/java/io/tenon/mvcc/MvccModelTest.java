package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.RefusedException;
import io.tenon.api.config.Compat;
import io.tenon.spi.state.Change;
import io.tenon.spi.storage.Bucket;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random requests, compactions, restarts and hand-overs; after each the keyspace must say what the slow one says. One seed decides all. */
class MvccModelTest {
    private static final Map<String, String> SMALL_SLICES = Map.of("experimental-compaction-batch-limit", "3");
    private MvccNode node;
    private SlowStore slow;
    private RandomRequests requests;
    private Random random;
    private int eventsSeen;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void agreesWithTheSlowStoreWhateverHappens(long seed) {
        random = new Random(seed);
        requests = new RandomRequests(random);
        begin(new MemoryTables());
        slow = new SlowStore(revision -> node.state.header(revision));
        slow.leases.addAll(List.of(11L, 12L));
        for (int step = 0; step < 2500; step++) {
            String where = "seed " + seed + " step " + step;
            request(where);
            event(where);
        }
    }

    private void request(String where) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                var put = requests.put();
                assertEquals(text(slow.put(put)), text(node.put(put)), where);
            }
            case 3 -> {
                var delete = requests.delete();
                assertEquals(text(slow.delete(delete)), text(node.delete(delete)), where);
            }
            case 4, 5, 6 -> {
                TxnRequest txn = requests.txn(slow.revision, 2);
                if (isAllowed(txn)) {
                    assertEquals(text(slow.txn(txn)), text(node.txn(txn)), where + " " + txn);
                }
            }
            default -> {
                var range = requests.range(slow.revision);
                assertEquals(text(slow.range(range)), rangeText(range), where + " " + range);
            }
        }
    }

    /** What happens beside requests. */
    private void event(String where) {
        compareEvents(where);
        switch (random.nextInt(120)) {
            case 0 -> {
                long at = Math.max(0, slow.revision - random.nextInt(40));
                CompactionRequest request = CompactionRequest.newBuilder().setRevision(at).build();
                String answer = text(node.compact(request));
                String expected = text(slow.compact(at));
                assertEquals(expected, answer.startsWith("header") ? expected : answer, where);
            }
            case 1, 2, 3, 4 -> node.state.tick(MvccNode.TICK_NANOS / 10);
            case 5 -> begin(node.state.saved());
            case 6 -> handOver();
            case 7 -> {
                node.settle();
                compareRows(where);
            }
            default -> { }
        }
    }

    private void begin(MemoryTables tables) {
        node = new MvccNode(tables, SMALL_SLICES);
        node.state.fakeLeases().grant(11);
        node.state.fakeLeases().grant(12);
        node.state.restore();
        eventsSeen = 0;
    }

    private void handOver() {
        var handover = node.mvcc.handOver().orElseThrow();
        MvccNode next = new MvccNode(node.state.saved(), SMALL_SLICES);
        // Leases stay where they were when the keyspace alone is replaced.
        next.state.fakeLeases().grant(11);
        next.state.fakeLeases().grant(12);
        for (long lease : new long[] {11, 12}) {
            node.state.fakeLeases().keysOf(lease).forEach(key -> next.state.fakeLeases().attach(lease, key));
        }
        assertEquals(true, next.mvcc.takeOver(handover, next.state.ports()));
        next.state.publish();
        node = next;
        eventsSeen = 0;
    }

    private static boolean isAllowed(TxnRequest txn) {
        try {
            new RequestChecks(Compat.V3_5, 128).check(txn);
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }

    private static String text(Object answer) {
        return answer.toString();
    }

    private static String text(RecordedReply<?> reply) {
        try {
            return reply.answer().toString();
        } catch (AssertionError refused) {
            return reply.refusal().toString();
        }
    }

    private String rangeText(io.tenon.wire.etcdserverpb.RangeRequest range) {
        var reply = node.range(range);
        try {
            return MvccNode.message(reply.answer()).toString();
        } catch (AssertionError refused) {
            return reply.refusal().toString();
        }
    }

    private void compareEvents(String where) {
        List<String> told = new ArrayList<>();
        var revisions = node.state.recordedEvents().revisions();
        for (var revision : revisions.subList(eventsSeen, revisions.size())) {
            revision.changes().forEach(change -> told.add(event(revision.revision(), change)));
        }
        eventsSeen = revisions.size();
        assertEquals(slow.events, told, where);
        slow.events = new ArrayList<>();
    }

    private static String event(long revision, Change change) {
        return change.type() + " " + revision + " " + parse(change.kv()) + (change.created() ? " created" : "");
    }

    private static KeyValue parse(ByteString kv) {
        try {
            return KeyValue.parseFrom(kv);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void compareRows(String where) {
        Map<String, String> rows = new TreeMap<>();
        node.state.saved().scan(Bucket.KEY, new byte[0], new byte[0], (key, value) -> {
            KeyValue kv = parse(ByteString.copyFrom(value));
            rows.put(RowKeys.main(key) + "/" + RowKeys.sub(key), RowKeys.isTombstone(key) ? "deleted " + kv.getKey().toStringUtf8() : kv.toString());
            return true;
        });
        assertEquals(slow.rows(), rows, where);
        for (long lease : new long[] {11, 12}) {
            assertEquals(slow.keysOfLease(lease), node.state.fakeLeases().keysOf(lease), where);
        }
    }
}
