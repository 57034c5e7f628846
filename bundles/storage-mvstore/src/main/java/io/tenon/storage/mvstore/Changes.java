package io.tenon.storage.mvstore;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.SealedBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.h2.mvstore.MVMap;

/** Puts batches into a store's maps and keeps the tallies in step. Owned by the session's owner. */
final class Changes implements SealedBatch.Visitor {
    private static final byte[] CONSISTENT_INDEX = "consistent_index".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TERM = "term".getBytes(StandardCharsets.US_ASCII);

    private final Store store;
    private final Map<Bucket, Tally> tallies = new EnumMap<>(Bucket.class);

    Changes(Store store) {
        this.store = store;
        for (Bucket bucket : Bucket.values()) {
            if (bucket != Bucket.TENON) {
                byte[] stored = store.map(Bucket.TENON).get(BucketTally.key(bucket));
                tallies.put(bucket, new Tally(stored == null ? BucketTally.EMPTY : BucketTally.of(stored)));
            }
        }
    }

    /** Where the store's last commit stands in the log. */
    static LogMark applied(Store store) {
        return new LogMark(number(store, TERM), number(store, CONSISTENT_INDEX));
    }

    private static long number(Store store, byte[] key) {
        byte[] stored = store.map(Bucket.META).get(key);
        if (stored == null) {
            return 0;
        }
        if (stored.length != Long.BYTES) {
            throw ByteRows.corrupt("meta/" + new String(key, StandardCharsets.US_ASCII) + " has " + stored.length + " bytes");
        }
        return ByteBuffer.wrap(stored).getLong();
    }

    /** Everything that one commit writes. */
    void apply(SealedBatch batch, LogMark applied) {
        batch.replay(this);
        put(Bucket.META, CONSISTENT_INDEX, bytes(applied.index()));
        put(Bucket.META, TERM, bytes(applied.term()));
        saveTallies();
    }

    void saveTallies() {
        tallies.forEach((bucket, tally) -> {
            if (tally.takeChanged()) {
                store.map(Bucket.TENON).put(BucketTally.key(bucket), tally.value().toBytes());
            }
        });
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public void put(Bucket bucket, byte[] key, byte[] value) {
        Tally tally = tally(bucket);
        byte[] before = map(bucket).put(key, value);
        if (before != null) {
            tally.remove(key, before);
        }
        tally.add(key, value);
    }

    @Override
    public void delete(Bucket bucket, byte[] key) {
        Tally tally = tally(bucket);
        byte[] before = map(bucket).remove(key);
        if (before != null) {
            tally.remove(key, before);
        }
    }

    Tally tally(Bucket bucket) {
        Tally tally = tallies.get(bucket);
        if (tally == null) {
            throw new IllegalArgumentException("bucket " + bucket.bucketName() + " belongs to the engine");
        }
        return tally;
    }

    private MVMap<byte[], byte[]> map(Bucket bucket) {
        return store.map(bucket);
    }
}
