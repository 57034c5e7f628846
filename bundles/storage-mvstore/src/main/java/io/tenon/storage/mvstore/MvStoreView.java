package io.tenon.storage.mvstore;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.RowVisitor;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One holder of a snapshot. */
final class MvStoreView implements EngineView {
    private static final byte[] NO_BOUND = {};

    private final Snapshot snapshot;
    private final Gate gate;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /** Takes over one hold on the snapshot. */
    MvStoreView(Snapshot snapshot, Gate gate) {
        this.snapshot = snapshot;
        this.gate = gate;
    }

    @Override
    public LogMark applied() {
        return snapshot.applied();
    }

    @Override
    public Optional<byte[]> get(Bucket bucket, byte[] key) {
        return tree(bucket).get(key);
    }

    @Override
    public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        tree(bucket).scan(from, toExclusive, visitor);
    }

    @Override
    public void scanVerified(Bucket bucket, RowVisitor visitor) {
        Tally found = new Tally(BucketTally.EMPTY);
        byte[][] before = {NO_BOUND};
        boolean complete = tree(bucket).scan(NO_BOUND, NO_BOUND, (key, value) -> {
            if (found.rows() > 0 && Arrays.compareUnsigned(before[0], key) >= 0) {
                throw gate.corrupt(ByteRows.corrupt("rows of bucket " + bucket.bucketName() + " are out of order"));
            }
            before[0] = key;
            found.add(key, value);
            return visitor.row(key, value);
        });
        if (complete && bucket != Bucket.TENON) {
            compare(bucket, found.value());
        }
    }

    private void compare(Bucket bucket, BucketTally found) {
        BucketTally recorded = tally(bucket);
        if (!found.equals(recorded)) {
            throw gate.corrupt(ByteRows.corrupt("bucket " + bucket.bucketName() + " has " + found.rows() + " rows with digest "
                    + Long.toHexString(found.digest()) + ", recorded are " + recorded.rows() + " with "
                    + Long.toHexString(recorded.digest())));
        }
    }

    @Override
    public long count(Bucket bucket) {
        return bucket == Bucket.TENON ? tree(bucket).size() : tally(bucket).rows();
    }

    private BucketTally tally(Bucket bucket) {
        return tree(Bucket.TENON).get(BucketTally.key(bucket)).map(BucketTally::of).orElse(BucketTally.EMPTY);
    }

    private Tree tree(Bucket bucket) {
        if (!open.get()) {
            throw new IllegalStateException("view of commit " + snapshot.applied() + " is closed");
        }
        return snapshot.tree(bucket);
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            snapshot.release();
        }
    }
}
