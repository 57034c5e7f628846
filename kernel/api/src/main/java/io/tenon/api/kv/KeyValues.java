package io.tenon.api.kv;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
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
import org.osgi.annotation.versioning.ProviderType;

/**
 * etcd's KV service. Any thread; nothing blocks. Requests are checked here as etcd checks them, so that every edge refuses alike.
 * Responses carry a complete header.
 */
@ProviderType
public interface KeyValues {

    /** Linearizable unless the request says serializable. Short reads run on {@link CallContext#home()}, others on the worker pool. */
    void range(RangeRequest request, CallContext context, Reply<RangeResult> reply);

    void put(PutRequest request, CallContext context, Reply<PutResponse> reply);

    void deleteRange(DeleteRangeRequest request, CallContext context, Reply<DeleteRangeResponse> reply);

    void txn(TxnRequest request, CallContext context, Reply<TxnResponse> reply);

    void compact(CompactionRequest request, CallContext context, Reply<CompactionResponse> reply);

    /** HashKV; bit-equal to etcd's for the same history. Runs on the worker pool. */
    void hashKv(HashKVRequest request, CallContext context, Reply<HashKVResponse> reply);

    /**
     * The hashes that the last compactions of this process left, ascending by revision; few. {@link #hashKv} answers with the same ones. Empty
     * while no keyspace is in place, and for one that keeps none.
     */
    default List<CompactionHash> compactionHashes() {
        return List.of();
    }

    /**
     * HashKV as it was when a compaction was applied.
     *
     * @param revision        of the compaction
     * @param hash            32 bits, not negative
     * @param compactRevision of the compaction before it; -1 when there was none
     */
    record CompactionHash(long revision, long hash, long compactRevision) {
    }
}
