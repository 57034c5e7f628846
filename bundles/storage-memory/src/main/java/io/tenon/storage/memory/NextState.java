package io.tenon.storage.memory;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.SealedBatch;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A batch being put on top of a state. One owner, one batch; dropped when the batch fails. */
final class NextState implements SealedBatch.Visitor {
    private final State before;
    private final Map<Bucket, Edit> edits = new EnumMap<>(Bucket.class);
    private final Map<Bucket, BucketTally> tallies = new EnumMap<>(Bucket.class);
    private long sizeBytes;

    NextState(State before) {
        this.before = before;
        sizeBytes = before.sizeBytes();
    }

    State with(SealedBatch batch, LogMark applied) {
        batch.replay(this);
        put(Bucket.META, State.CONSISTENT_INDEX, ByteBuffer.allocate(Long.BYTES).putLong(applied.index()).array());
        put(Bucket.META, State.TERM, ByteBuffer.allocate(Long.BYTES).putLong(applied.term()).array());
        return done();
    }

    /** The rows put so far, with their tallies. */
    State done() {
        tallies.forEach((bucket, tally) -> edit(Bucket.TENON).put(BucketTally.key(bucket), tally.toBytes()));
        Map<Bucket, SortedRows> buckets = new EnumMap<>(Bucket.class);
        buckets.putAll(before.buckets());
        edits.forEach((bucket, edit) -> buckets.put(bucket, edit.done()));
        return new State(buckets, sizeBytes);
    }

    @Override
    public void put(Bucket bucket, byte[] key, byte[] value) {
        BucketTally tally = tally(bucket).plus(key, value);
        Optional<byte[]> old = edit(bucket).put(key, value);
        tallies.put(bucket, old.isPresent() ? tally.minus(key, old.get()) : tally);
        sizeBytes += value.length + (old.isPresent() ? -old.get().length : key.length);
    }

    @Override
    public void delete(Bucket bucket, byte[] key) {
        BucketTally tally = tally(bucket);
        edit(bucket).remove(key).ifPresent(old -> {
            tallies.put(bucket, tally.minus(key, old));
            sizeBytes -= key.length + old.length;
        });
    }

    private BucketTally tally(Bucket bucket) {
        if (bucket == Bucket.TENON) {
            throw new IllegalArgumentException("bucket " + bucket.bucketName() + " belongs to the engine");
        }
        return tallies.computeIfAbsent(bucket, before::tally);
    }

    private Edit edit(Bucket bucket) {
        return edits.computeIfAbsent(bucket, b -> new Edit(before.rows(b)));
    }
}
