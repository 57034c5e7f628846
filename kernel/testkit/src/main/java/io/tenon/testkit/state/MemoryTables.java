package io.tenon.testkit.state;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.RowVisitor;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** An engine's buckets as sorted maps. Mutable; the test's thread. Copies are independent. */
public final class MemoryTables {
    private final Map<Bucket, TreeMap<byte[], byte[]>> buckets = new EnumMap<>(Bucket.class);

    public MemoryTables() {
        for (Bucket bucket : Bucket.values()) {
            buckets.put(bucket, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    /** The same rows, independent of later changes here. */
    public MemoryTables copy() {
        MemoryTables copy = new MemoryTables();
        buckets.forEach((bucket, rows) -> copy.buckets.put(bucket, new TreeMap<>(rows)));
        return copy;
    }

    public void put(Bucket bucket, byte[] key, byte[] value) {
        buckets.get(bucket).put(key, value);
    }

    public void delete(Bucket bucket, byte[] key) {
        buckets.get(bucket).remove(key);
    }

    public Optional<byte[]> get(Bucket bucket, byte[] key) {
        return Optional.ofNullable(buckets.get(bucket).get(key));
    }

    public int count(Bucket bucket) {
        return buckets.get(bucket).size();
    }

    /** Rows {@code [from, toExclusive)}; an empty {@code toExclusive} means to the end. */
    public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        NavigableMap<byte[], byte[]> rows = buckets.get(bucket).tailMap(from, true);
        for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
            boolean ended = toExclusive.length > 0 && Arrays.compareUnsigned(row.getKey(), toExclusive) >= 0;
            if (ended || !visitor.row(row.getKey(), row.getValue())) {
                return;
            }
        }
    }
}
