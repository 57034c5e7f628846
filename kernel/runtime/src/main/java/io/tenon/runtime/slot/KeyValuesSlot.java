package io.tenon.runtime.slot;

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
import java.util.List;

/** The slot of the KV service. */
final class KeyValuesSlot implements KeyValues {
    final Parking<KeyValues> parking = new Parking<>("the keyspace");

    @Override
    public void range(RangeRequest request, CallContext context, Reply<RangeResult> reply) {
        parking.call(kv -> kv.range(request, context, reply), reply);
    }

    @Override
    public void put(PutRequest request, CallContext context, Reply<PutResponse> reply) {
        parking.call(kv -> kv.put(request, context, reply), reply);
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, CallContext context, Reply<DeleteRangeResponse> reply) {
        parking.call(kv -> kv.deleteRange(request, context, reply), reply);
    }

    @Override
    public void txn(TxnRequest request, CallContext context, Reply<TxnResponse> reply) {
        parking.call(kv -> kv.txn(request, context, reply), reply);
    }

    @Override
    public void compact(CompactionRequest request, CallContext context, Reply<CompactionResponse> reply) {
        parking.call(kv -> kv.compact(request, context, reply), reply);
    }

    @Override
    public void hashKv(HashKVRequest request, CallContext context, Reply<HashKVResponse> reply) {
        parking.call(kv -> kv.hashKv(request, context, reply), reply);
    }

    @Override
    public List<CompactionHash> compactionHashes() {
        return parking.provider().map(KeyValues::compactionHashes).orElse(List.of());
    }
}
