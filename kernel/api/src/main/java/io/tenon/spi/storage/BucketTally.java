package io.tenon.spi.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How many rows a bucket has and the sum of their {@link RowDigest}s. Each engine keeps one for every bucket but {@link Bucket#TENON},
 * as a row of {@link Bucket#TENON}: the key is the bucket's name, the value the count and the digest, eight bytes each, big-endian. A
 * bucket without such a row has never had rows. So two stores with the same rows have the same rows there, whatever engine keeps them.
 *
 * @param digest sum of the rows' digests, modulo 2^64
 */
public record BucketTally(long rows, long digest) {
    public static final BucketTally EMPTY = new BucketTally(0, 0);
    private static final int SIZE_BYTES = 2 * Long.BYTES;

    /** The key of a bucket's tally in {@link Bucket#TENON}. */
    public static byte[] key(Bucket bucket) {
        return bucket.bucketName().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws EngineCorruptException it is not what {@link #toBytes} makes */
    public static BucketTally of(byte[] stored) {
        if (stored.length != SIZE_BYTES) {
            throw new EngineCorruptException("row count and digest of a bucket take " + stored.length + " bytes instead of " + SIZE_BYTES);
        }
        ByteBuffer buffer = ByteBuffer.wrap(stored);
        return new BucketTally(buffer.getLong(), buffer.getLong());
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(SIZE_BYTES).putLong(rows).putLong(digest).array();
    }

    /** With one more row. */
    public BucketTally plus(byte[] key, byte[] value) {
        return new BucketTally(rows + 1, digest + RowDigest.of(key, value));
    }

    /** With one row less. */
    public BucketTally minus(byte[] key, byte[] value) {
        return new BucketTally(rows - 1, digest - RowDigest.of(key, value));
    }
}
