package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.config.Compat;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.List;

/**
 * What etcd refuses of a request before it looks at any state. Every method throws {@link io.tenon.api.RefusedException} or returns. Any
 * thread.
 */
final class RequestChecks {
    private final Compat compat;
    private final int mostOperations;

    RequestChecks(Compat compat, int mostOperations) {
        this.compat = compat;
        this.mostOperations = mostOperations;
    }

    void check(RangeRequest request) {
        checkKey(request.getKey());
        boolean badOrder = request.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED;
        boolean badTarget = request.getSortTarget() == RangeRequest.SortTarget.UNRECOGNIZED;
        // etcd 3.5 passes over an unknown order and dies of an unknown target; the latter is refused here in every version.
        if (badTarget || badOrder && compat.atLeast(Compat.V3_6)) {
            throw Refusals.INVALID_SORT_OPTION.asException();
        }
    }

    void check(PutRequest request) {
        checkKey(request.getKey());
        if (request.getIgnoreValue() && !request.getValue().isEmpty()) {
            throw Refusals.VALUE_PROVIDED.asException();
        }
        if (request.getIgnoreLease() && request.getLease() != 0) {
            throw Refusals.LEASE_PROVIDED.asException();
        }
    }

    void check(DeleteRangeRequest request) {
        checkKey(request.getKey());
    }

    void check(TxnRequest request) {
        check(request, mostOperations);
        TouchedKeys.ofBranch(request.getSuccessList());
        TouchedKeys.ofBranch(request.getFailureList());
    }

    /** A transaction inside of another one may have as many operations as the outer one leaves over. */
    private void check(TxnRequest request, int budget) {
        int operations = Math.max(request.getCompareCount(), Math.max(request.getSuccessCount(), request.getFailureCount()));
        if (operations > budget) {
            throw Refusals.TOO_MANY_OPS.asException();
        }
        for (Compare compare : request.getCompareList()) {
            checkKey(compare.getKey());
        }
        checkOperations(request.getSuccessList(), budget - operations);
        checkOperations(request.getFailureList(), budget - operations);
    }

    private void checkOperations(List<RequestOp> operations, int budget) {
        for (RequestOp operation : operations) {
            switch (operation.getRequestCase()) {
                case REQUEST_RANGE -> check(operation.getRequestRange());
                case REQUEST_PUT -> check(operation.getRequestPut());
                case REQUEST_DELETE_RANGE -> check(operation.getRequestDeleteRange());
                case REQUEST_TXN -> check(operation.getRequestTxn(), budget);
                case REQUEST_NOT_SET -> throw Refusals.KEY_NOT_FOUND.asException();
            }
        }
    }

    private static void checkKey(ByteString key) {
        if (key.isEmpty()) {
            throw Refusals.EMPTY_KEY.asException();
        }
    }

    /** Only ranges, in both branches, and nothing nested: such a transaction is a read. */
    static boolean isReadOnly(TxnRequest request) {
        return request.getSuccessList().stream().allMatch(RequestOp::hasRequestRange)
                && request.getFailureList().stream().allMatch(RequestOp::hasRequestRange);
    }

    /** For one that is read-only: none of its ranges asks for the newest state. */
    static boolean isSerializable(TxnRequest request) {
        return request.getSuccessList().stream().allMatch(operation -> operation.getRequestRange().getSerializable())
                && request.getFailureList().stream().allMatch(operation -> operation.getRequestRange().getSerializable());
    }
}
