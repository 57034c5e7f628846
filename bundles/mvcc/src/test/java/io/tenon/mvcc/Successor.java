package io.tenon.mvcc;

import io.tenon.api.CallContext;
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
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import java.util.Optional;

/** The slot as a keyspace sees it after it was handed over: whoever a test has put there. */
final class Successor implements KeyValues {
    private Optional<KeyValues> next = Optional.empty();

    void is(KeyValues keyspace) {
        next = Optional.of(keyspace);
    }

    private KeyValues next() {
        return next.orElseThrow(() -> new AssertionError("asked for a successor that the test has not named"));
    }

    @Override
    public void range(RangeRequest request, CallContext context, Reply<RangeResult> reply) {
        next().range(request, context, reply);
    }

    @Override
    public void put(PutRequest request, CallContext context, Reply<PutResponse> reply) {
        next().put(request, context, reply);
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, CallContext context, Reply<DeleteRangeResponse> reply) {
        next().deleteRange(request, context, reply);
    }

    @Override
    public void txn(TxnRequest request, CallContext context, Reply<TxnResponse> reply) {
        next().txn(request, context, reply);
    }

    @Override
    public void compact(CompactionRequest request, CallContext context, Reply<CompactionResponse> reply) {
        next().compact(request, context, reply);
    }

    @Override
    public void hashKv(HashKVRequest request, CallContext context, Reply<HashKVResponse> reply) {
        next().hashKv(request, context, reply);
    }
}
