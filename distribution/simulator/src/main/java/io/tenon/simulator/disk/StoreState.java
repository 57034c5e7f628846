package io.tenon.simulator.disk;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.SealedBatch;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** All rows as after one commit. Never changed; buckets that a commit does not touch are shared with the next state. */
record StoreState(LogMark applied, Map<Bucket, TreeMap<byte[], byte[]>> buckets) {
    static final StoreState EMPTY = new StoreState(LogMark.ZERO, new EnumMap<>(Bucket.class));

    TreeMap<byte[], byte[]> rows(Bucket bucket) {
        TreeMap<byte[], byte[]> rows = buckets.get(bucket);
        return rows == null ? new TreeMap<>(Arrays::compareUnsigned) : rows;
    }

    BucketTally tally(Bucket bucket) {
        byte[] stored = rows(Bucket.TENON).get(BucketTally.key(bucket));
        return stored == null ? BucketTally.EMPTY : BucketTally.of(stored);
    }

    StoreState with(SealedBatch batch, LogMark mark) {
        return new Change(this).with(batch, mark);
    }

    long sizeBytes() {
        long bytes = 0;
        for (TreeMap<byte[], byte[]> rows : buckets.values()) {
            for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
                bytes += row.getKey().length + row.getValue().length;
            }
        }
        return bytes;
    }
}
