package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.Random;

/** Requests of all shapes over a few keys, so that they meet often. */
final class RandomRequests {
    static final long[] LEASES = {0, 0, 0, 0, 11, 12, 99};
    private final Random random;

    RandomRequests(Random random) {
        this.random = random;
    }

    ByteString key() {
        return MvccNode.bytes("k" + (char) ('a' + random.nextInt(6)) + (random.nextBoolean() ? "" : "" + random.nextInt(4)));
    }

    private ByteString end() {
        return switch (random.nextInt(6)) {
            case 0 -> ByteString.copyFrom(new byte[1]);
            case 1, 2 -> key();
            default -> ByteString.EMPTY;
        };
    }

    private long revision(long newest) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> random.nextLong(newest + 2);
            case 2 -> newest;
            default -> 0;
        };
    }

    PutRequest put() {
        PutRequest.Builder put = PutRequest.newBuilder().setKey(key()).setPrevKv(random.nextBoolean());
        switch (random.nextInt(8)) {
            case 0 -> put.setIgnoreValue(true);
            case 1 -> put.setIgnoreLease(true).setValue(MvccNode.bytes("v" + random.nextInt(5)));
            default -> put.setValue(MvccNode.bytes("v".repeat(random.nextInt(3)) + random.nextInt(5)))
                    .setLease(LEASES[random.nextInt(LEASES.length)]);
        }
        return put.build();
    }

    DeleteRangeRequest delete() {
        return DeleteRangeRequest.newBuilder().setKey(key()).setRangeEnd(random.nextInt(3) == 0 ? end() : ByteString.EMPTY)
                .setPrevKv(random.nextBoolean()).build();
    }

    RangeRequest range(long newest) {
        RangeRequest.Builder range = RangeRequest.newBuilder().setKey(key()).setRangeEnd(end()).setRevision(revision(newest))
                .setSerializable(random.nextBoolean());
        if (random.nextInt(3) == 0) {
            range.setLimit(random.nextInt(5) - 1);
        }
        if (random.nextInt(3) == 0) {
            range.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
        }
        if (random.nextInt(6) == 0) {
            range.setMinModRevision(random.nextLong(newest + 1)).setMaxCreateRevision(random.nextLong(newest + 1));
        }
        if (random.nextInt(6) == 0) {
            range.setMaxModRevision(random.nextLong(newest + 1)).setMinCreateRevision(random.nextLong(newest + 1));
        }
        return range.setKeysOnly(random.nextInt(5) == 0).setCountOnly(random.nextInt(8) == 0).build();
    }

    TxnRequest txn(long newest, int depth) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.addCompare(compare(newest));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addSuccess(operation(newest, depth));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.addFailure(operation(newest, depth));
        }
        return txn.build();
    }

    private RequestOp operation(long newest, int depth) {
        RequestOp.Builder operation = RequestOp.newBuilder();
        return switch (random.nextInt(depth > 0 ? 7 : 6)) {
            case 0, 1 -> operation.setRequestRange(range(newest)).build();
            case 2, 3, 4 -> operation.setRequestPut(put()).build();
            case 5 -> operation.setRequestDeleteRange(delete()).build();
            default -> operation.setRequestTxn(txn(newest, depth - 1)).build();
        };
    }

    private Compare compare(long newest) {
        Compare.Builder compare = Compare.newBuilder().setKey(key()).setRangeEnd(random.nextInt(4) == 0 ? end() : ByteString.EMPTY)
                .setResultValue(random.nextInt(4)).setTargetValue(random.nextInt(5));
        long number = random.nextInt(3) == 0 ? random.nextLong(newest + 1) : random.nextInt(4);
        return switch (compare.getTarget()) {
            case VERSION -> compare.setVersion(number).build();
            case CREATE -> compare.setCreateRevision(number).build();
            case MOD -> compare.setModRevision(number).build();
            case LEASE -> compare.setLease(LEASES[random.nextInt(LEASES.length)]).build();
            case VALUE -> compare.setValue(MvccNode.bytes("v" + random.nextInt(5))).build();
            case UNRECOGNIZED -> throw new IllegalStateException();
        };
    }
}
