package io.tenon.storage.memory;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.RowDigest;
import io.tenon.spi.storage.RowVisitor;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A state, as long as the session lives. */
final class MemoryView implements EngineView {
    private static final byte[] NO_BOUND = {};

    private final State state;
    private final LogMark applied;
    private final OpenViews views;
    private final AtomicBoolean open = new AtomicBoolean(true);

    MemoryView(State state, OpenViews views) {
        this.state = state;
        this.applied = state.applied();
        this.views = views;
    }

    @Override
    public LogMark applied() {
        return applied;
    }

    @Override
    public Optional<byte[]> get(Bucket bucket, byte[] key) {
        return rows(bucket).get(key);
    }

    @Override
    public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        scanWhileOpen(bucket, from, toExclusive, visitor);
    }

    private boolean scanWhileOpen(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        return rows(bucket).scan(from, toExclusive, (key, value) -> {
            views.checkReadable();
            return visitor.row(key, value);
        });
    }

    @Override
    public void scanVerified(Bucket bucket, RowVisitor visitor) {
        long[] found = new long[2];
        boolean complete = scanWhileOpen(bucket, NO_BOUND, NO_BOUND, (key, value) -> {
            found[0]++;
            found[1] += RowDigest.of(key, value);
            return visitor.row(key, value);
        });
        BucketTally tally = new BucketTally(found[0], found[1]);
        if (complete && bucket != Bucket.TENON && !tally.equals(state.tally(bucket))) {
            throw new EngineCorruptException("bucket " + bucket.bucketName() + " has " + tally + " in memory, recorded is "
                    + state.tally(bucket) + ": check the machine's memory and restart the member");
        }
    }

    @Override
    public long count(Bucket bucket) {
        if (bucket == Bucket.TENON) {
            long[] count = new long[1];
            scan(bucket, NO_BOUND, NO_BOUND, (key, value) -> ++count[0] > 0);
            return count[0];
        }
        rows(bucket);
        return state.tally(bucket).rows();
    }

    private SortedRows rows(Bucket bucket) {
        if (!open.get()) {
            throw new IllegalStateException("view of commit " + applied + " is closed");
        }
        views.checkReadable();
        return state.rows(bucket);
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            views.viewClosed();
        }
    }
}
