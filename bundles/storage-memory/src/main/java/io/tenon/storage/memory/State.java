package io.tenon.storage.memory;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.RowVisitor;
import io.tenon.spi.storage.export.ExportSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * All rows at one commit. Immutable.
 *
 * @param sizeBytes of keys and values
 */
record State(Map<Bucket, SortedRows> buckets, long sizeBytes) implements ExportSource {
    static final byte[] CONSISTENT_INDEX = "consistent_index".getBytes(StandardCharsets.US_ASCII);
    static final byte[] TERM = "term".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_BOUND = {};
    static final State EMPTY = new State(Map.of(), 0);

    SortedRows rows(Bucket bucket) {
        return buckets.getOrDefault(bucket, SortedRows.EMPTY);
    }

    @Override
    public void scan(Bucket bucket, RowVisitor visitor) {
        rows(bucket).scan(NO_BOUND, NO_BOUND, visitor);
    }

    @Override
    public BucketTally tally(Bucket bucket) {
        return rows(Bucket.TENON).get(BucketTally.key(bucket)).map(BucketTally::of).orElse(BucketTally.EMPTY);
    }

    LogMark applied() {
        return new LogMark(number(TERM), number(CONSISTENT_INDEX));
    }

    private long number(byte[] key) {
        byte[] stored = rows(Bucket.META).get(key).orElse(new byte[Long.BYTES]);
        if (stored.length != Long.BYTES) {
            throw new EngineCorruptException("meta/" + new String(key, StandardCharsets.US_ASCII) + " has " + stored.length + " bytes");
        }
        return ByteBuffer.wrap(stored).getLong();
    }
}
