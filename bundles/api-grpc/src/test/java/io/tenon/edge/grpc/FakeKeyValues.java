package io.tenon.edge.grpc;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.kv.RangeResult;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** A keyspace without a past, on one thread of its own that stands for the apply loop. */
final class FakeKeyValues implements KeyValues {
    private final Executor applyLoop;
    private final NavigableMap<ByteString, KeyValue> keys = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private long revision = 1;
    volatile String lastToken = "";
    /** Called before a put is applied; may block the fake apply loop. */
    volatile UnaryOperator<PutRequest> beforePut = request -> request;

    FakeKeyValues(Executor applyLoop) {
        this.applyLoop = applyLoop;
    }

    private ResponseHeader header() {
        return ResponseHeader.newBuilder().setClusterId(11).setMemberId(22).setRevision(revision).setRaftTerm(2).build();
    }

    @Override
    public void range(RangeRequest request, CallContext context, Reply<RangeResult> reply) {
        lastToken = context.token();
        applyLoop.execute(() -> {
            if (request.getRevision() > revision) {
                reply.refuse(Refusals.FUTURE_REVISION);
                return;
            }
            var end = request.getRangeEnd();
            var found = end.isEmpty() ? keys.subMap(request.getKey(), true, request.getKey(), true) : keys.subMap(request.getKey(), end);
            var kvs = found.values().stream().map(KeyValue::toByteString).toList();
            context.home().execute(() -> reply.accept(new RangeResult(header(), kvs, false, kvs.size())));
        });
    }

    @Override
    public void put(PutRequest request, CallContext context, Reply<PutResponse> reply) {
        if (request.getKey().isEmpty()) {
            reply.refuse(Refusals.EMPTY_KEY);
            return;
        }
        applyLoop.execute(() -> {
            var put = beforePut.apply(request);
            revision++;
            keys.put(put.getKey(), KeyValue.newBuilder().setKey(put.getKey()).setValue(put.getValue()).setCreateRevision(revision)
                    .setModRevision(revision).setVersion(1).build());
            reply.accept(PutResponse.newBuilder().setHeader(header()).build());
        });
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, CallContext context, Reply<DeleteRangeResponse> reply) {
        applyLoop.execute(() -> reply.accept(DeleteRangeResponse.newBuilder().setHeader(header())
                .setDeleted(keys.remove(request.getKey()) == null ? 0 : 1).build()));
    }

    @Override
    public void txn(TxnRequest request, CallContext context, Reply<TxnResponse> reply) {
        throw new IllegalStateException("a bug in the state machine");
    }

    @Override
    public void compact(CompactionRequest request, CallContext context, Reply<CompactionResponse> reply) {
        reply.refuse(Refusals.COMPACTED);
    }

    @Override
    public void hashKv(HashKVRequest request, CallContext context, Reply<HashKVResponse> reply) {
        reply.accept(HashKVResponse.newBuilder().setHeader(header()).setHash(7).build());
    }
}
