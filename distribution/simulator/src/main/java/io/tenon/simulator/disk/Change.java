package io.tenon.simulator.disk;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.SealedBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** One commit being made: rows, the tallies of their buckets, and the place in the log. */
final class Change implements SealedBatch.Visitor {
    private static final byte[] INDEX_KEY = "consistent_index".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TERM_KEY = "term".getBytes(StandardCharsets.US_ASCII);

    private final StoreState before;
    private final Map<Bucket, TreeMap<byte[], byte[]>> changed = new EnumMap<>(Bucket.class);
    private final Map<Bucket, BucketTally> tallies = new EnumMap<>(Bucket.class);

    Change(StoreState before) {
        this.before = before;
    }

    StoreState with(SealedBatch batch, LogMark mark) {
        batch.replay(this);
        put(Bucket.META, INDEX_KEY, bytes(mark.index()));
        put(Bucket.META, TERM_KEY, bytes(mark.term()));
        tallies.forEach((bucket, tally) -> rows(Bucket.TENON).put(BucketTally.key(bucket), tally.toBytes()));
        Map<Bucket, TreeMap<byte[], byte[]>> next = new EnumMap<>(Bucket.class);
        next.putAll(before.buckets());
        next.putAll(changed);
        return new StoreState(mark, next);
    }

    private TreeMap<byte[], byte[]> rows(Bucket bucket) {
        return changed.computeIfAbsent(bucket, name -> new TreeMap<>(before.rows(name)));
    }

    @Override
    public void put(Bucket bucket, byte[] key, byte[] value) {
        byte[] old = rows(bucket).put(key, value);
        tally(bucket, key, old);
        tallies.computeIfPresent(bucket, (name, tally) -> tally.plus(key, value));
    }

    @Override
    public void delete(Bucket bucket, byte[] key) {
        tally(bucket, key, rows(bucket).remove(key));
    }

    private void tally(Bucket bucket, byte[] key, byte[] old) {
        BucketTally tally = tallies.computeIfAbsent(bucket, before::tally);
        if (old != null) {
            tallies.put(bucket, tally.minus(key, old));
        }
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
