package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.mvcc.index.KeyVersion;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Decides which branch of a transaction, and of those inside of it, is taken. Looks at the state before it. */
final class Compares {
    private final MvccView before;

    Compares(MvccView before) {
        this.before = before;
    }

    /**
     * A transaction with its branch taken.
     *
     * @param nested those among its operations that are transactions, in their order
     */
    record Chosen(boolean succeeded, List<RequestOp> operations, List<Chosen> nested) {

        /** Visits the operations that will run, nested ones in their place. */
        void forEach(Consumer<RequestOp> visitor) {
            Iterator<Chosen> inner = nested.iterator();
            for (RequestOp operation : operations) {
                if (operation.hasRequestTxn()) {
                    inner.next().forEach(visitor);
                } else {
                    visitor.accept(operation);
                }
            }
        }
    }

    Chosen choose(TxnRequest txn) {
        boolean succeeded = txn.getCompareList().stream().allMatch(this::holds);
        List<RequestOp> operations = succeeded ? txn.getSuccessList() : txn.getFailureList();
        List<Chosen> nested = new ArrayList<>();
        for (RequestOp operation : operations) {
            if (operation.hasRequestTxn()) {
                nested.add(choose(operation.getRequestTxn()));
            }
        }
        return new Chosen(succeeded, operations, nested);
    }

    private boolean holds(Compare compare) {
        boolean[] any = {false};
        boolean[] all = {true};
        before.scan(Span.of(compare), Long.MAX_VALUE, found -> {
            any[0] = true;
            all[0] = accepts(compare, order(compare, found));
            return all[0];
        });
        return any[0] ? all[0] : holdsForAbsent(compare);
    }

    /** A key that is not there has no value to compare, not even an empty one; its numbers are 0. */
    private static boolean holdsForAbsent(Compare compare) {
        return compare.getTarget() != Compare.CompareTarget.VALUE && accepts(compare, Long.compare(0, given(compare)));
    }

    private int order(Compare compare, KeyVersion found) {
        return switch (compare.getTarget()) {
            case VERSION -> Long.compare(found.version(), given(compare));
            case CREATE -> Long.compare(found.created(), given(compare));
            case MOD -> Long.compare(found.main(), given(compare));
            case LEASE -> Long.compare(stored(found).lease(), given(compare));
            case VALUE -> ByteString.unsignedLexicographicalComparator().compare(
                    stored(found).valueSlice(), compare.getValue());
            case UNRECOGNIZED -> 0;
        };
    }

    private StoredKeyValue stored(KeyVersion found) {
        return StoredKeyValue.parse(before.row(found.main(), found.sub()));
    }

    private static long given(Compare compare) {
        return switch (compare.getTarget()) {
            case VERSION -> compare.getVersion();
            case CREATE -> compare.getCreateRevision();
            case MOD -> compare.getModRevision();
            case LEASE -> compare.getLease();
            case VALUE, UNRECOGNIZED -> 0;
        };
    }

    /** @param order of what is stored against what is given */
    private static boolean accepts(Compare compare, int order) {
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case UNRECOGNIZED -> true;
        };
    }
}
