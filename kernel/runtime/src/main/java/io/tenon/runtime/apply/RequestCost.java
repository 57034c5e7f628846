package io.tenon.runtime.apply;

import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.List;

/** What a request may add to the store, in bytes, as etcd estimates it against the quota. */
final class RequestCost {
    private static final long PUT_OVERHEAD_BYTES = 256;
    private static final long LEASE_BYTES = 64;

    private RequestCost() {
    }

    /** 0 for a request that adds nothing. */
    static long of(RequestKind kind, InternalRaftRequest request) {
        return switch (kind) {
            case PUT -> ofPut(request.getPut());
            case TXN -> ofTxn(request.getTxn());
            case LEASE_GRANT -> LEASE_BYTES;
            case RANGE, DELETE_RANGE, COMPACTION, LEASE_REVOKE, LEASE_CHECKPOINT, ALARM, AUTH, CLUSTER_VERSION_SET,
                    CLUSTER_MEMBER_ATTR_SET, DOWNGRADE_INFO_SET, V2 -> 0;
        };
    }

    private static long ofPut(PutRequest put) {
        return PUT_OVERHEAD_BYTES + put.getKey().size() + put.getValue().size();
    }

    private static long ofTxn(TxnRequest txn) {
        return Math.max(ofOps(txn.getSuccessList()), ofOps(txn.getFailureList()));
    }

    private static long ofOps(List<RequestOp> ops) {
        long sum = 0;
        for (RequestOp op : ops) {
            if (op.hasRequestPut()) {
                sum += ofPut(op.getRequestPut());
            } else if (op.hasRequestTxn()) {
                sum += ofTxn(op.getRequestTxn());
            }
        }
        return sum;
    }
}
