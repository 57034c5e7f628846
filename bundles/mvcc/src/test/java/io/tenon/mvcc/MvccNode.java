package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.api.config.Flags;
import io.tenon.api.kv.RangeResult;
import io.tenon.testkit.state.FailingControl;
import io.tenon.testkit.state.HandProposals;
import io.tenon.testkit.state.HandWorkers;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A keyspace with everything around it driven by hand. Calls return when the answer is there. */
final class MvccNode {
    static final CallContext CALLER = new CallContext(Runnable::run, "");
    static final long TICK_NANOS = Duration.ofMillis(100).toNanos();
    final HandProposals proposals = new HandProposals();
    final HandWorkers workers = new HandWorkers();
    final Successor successor = new Successor();
    final Mvcc mvcc;
    final PastKeys past;
    final StateNode state;

    MvccNode(MemoryTables tables, Map<String, String> flags) {
        mvcc = new Mvcc(proposals, workers, successor, FailingControl.INSTANCE, Flags.parse(new HashMap<>(flags)));
        past = new PastKeys(mvcc);
        state = StateNode.prepare(tables, mvcc);
        proposals.connect(state);
    }

    static MvccNode start() {
        return start(new MemoryTables(), Map.of());
    }

    static MvccNode start(MemoryTables tables, Map<String, String> flags) {
        MvccNode node = new MvccNode(tables, flags);
        node.state.restore();
        return node;
    }

    /** Another node over a copy of the rows of this one, as after a restart. */
    MvccNode restarted() {
        return start(state.saved(), Map.of());
    }

    /** Ticks until no more work waits, so that a compaction is over. */
    void settle() {
        for (int i = 0; i < 200; i++) {
            workers.runAll();
            state.tick(TICK_NANOS);
        }
    }

    <T> RecordedReply<T> ask(Consumer<Reply<T>> call) {
        RecordedReply<T> reply = new RecordedReply<>();
        call.accept(reply);
        workers.runAll();
        return reply;
    }

    RecordedReply<RangeResult> range(RangeRequest request) {
        return ask(reply -> mvcc.range(request, CALLER, reply));
    }

    RecordedReply<PutResponse> put(PutRequest request) {
        return ask(reply -> mvcc.put(request, CALLER, reply));
    }

    RecordedReply<DeleteRangeResponse> delete(DeleteRangeRequest request) {
        return ask(reply -> mvcc.deleteRange(request, CALLER, reply));
    }

    RecordedReply<TxnResponse> txn(TxnRequest request) {
        return ask(reply -> mvcc.txn(request, CALLER, reply));
    }

    RecordedReply<CompactionResponse> compact(CompactionRequest request) {
        return ask(reply -> mvcc.compact(request, CALLER, reply));
    }

    RecordedReply<HashKVResponse> hashKv(long revision) {
        return ask(reply -> mvcc.hashKv(HashKVRequest.newBuilder().setRevision(revision).build(), CALLER, reply));
    }

    void put(String key, String value) {
        put(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build()).answer();
    }

    void delete(String key) {
        delete(DeleteRangeRequest.newBuilder().setKey(bytes(key)).build()).answer();
    }

    /** Compacts and waits until the rows are gone. */
    void compactNow(long revision) {
        compact(CompactionRequest.newBuilder().setRevision(revision).build()).answer();
        settle();
    }

    static ByteString bytes(String text) {
        return ByteString.copyFrom(text, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** What an edge makes of a result. */
    static RangeResponse message(RangeResult result) {
        RangeResponse.Builder response = RangeResponse.newBuilder().setHeader(result.header()).setMore(result.more()).setCount(result.count());
        result.kvs().forEach(kv -> response.addKvs(StoredKeyValue.message(kv)));
        return response.build();
    }
}
