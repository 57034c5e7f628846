package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys that one branch of a transaction puts and the ranges it deletes, what is nested in it included. A key may be put once and not be
 * deleted in the same branch; the two branches of a nested transaction exclude each other and may touch the same keys.
 */
final class TouchedKeys {
    private final Set<ByteString> puts = new HashSet<>();
    private final List<Span> deletions = new ArrayList<>();

    private TouchedKeys() {
    }

    /** @throws io.tenon.api.RefusedException a key is touched twice */
    static TouchedKeys ofBranch(List<RequestOp> operations) {
        TouchedKeys touched = new TouchedKeys();
        operations.stream().filter(RequestOp::hasRequestDeleteRange)
                .forEach(operation -> touched.deletions.add(Span.of(operation.getRequestDeleteRange())));
        operations.stream().filter(RequestOp::hasRequestTxn).forEach(operation -> touched.addNested(operation.getRequestTxn()));
        operations.stream().filter(RequestOp::hasRequestPut)
                .forEach(operation -> touched.addPut(operation.getRequestPut().getKey(), Set.of()));
        return touched;
    }

    private void addNested(TxnRequest nested) {
        TouchedKeys success = ofBranch(nested.getSuccessList());
        TouchedKeys failure = ofBranch(nested.getFailureList());
        success.puts.forEach(key -> addPut(key, Set.of()));
        failure.puts.forEach(key -> addPut(key, success.puts));
        deletions.addAll(success.deletions);
        deletions.addAll(failure.deletions);
    }

    /** @param excluded keys whose put, if there is one, cannot happen together with this one */
    private void addPut(ByteString key, Set<ByteString> excluded) {
        boolean first = puts.add(key);
        byte[] bytes = key.toByteArray();
        if (!first && !excluded.contains(key) || deletions.stream().anyMatch(deletion -> deletion.contains(bytes))) {
            throw Refusals.DUPLICATE_KEY.asException();
        }
    }
}
