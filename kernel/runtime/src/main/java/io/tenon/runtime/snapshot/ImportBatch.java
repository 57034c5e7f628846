package io.tenon.runtime.snapshot;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.SealedBatch;
import java.util.ArrayList;
import java.util.List;

/** Rows of an export on their way into a store. One owner; not changed once it is given to the store. */
final class ImportBatch implements SealedBatch {
    static final int MOST_ROWS = 10_000;
    static final long MOST_BYTES = 16L << 20;

    private final List<Row> rows = new ArrayList<>();
    private long sizeBytes;

    private record Row(Bucket bucket, byte[] key, byte[] value) {
    }

    /** An export comes bucket by bucket, as a batch is to be replayed. */
    void add(Bucket bucket, byte[] key, byte[] value) {
        rows.add(new Row(bucket, key, value));
        sizeBytes += key.length + value.length;
    }

    /** One row alone may be larger than a batch should be. */
    boolean hasRoomFor(byte[] key, byte[] value) {
        return rows.isEmpty() || rows.size() < MOST_ROWS && sizeBytes + key.length + value.length <= MOST_BYTES;
    }

    @Override
    public int operations() {
        return rows.size();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void replay(Visitor visitor) {
        rows.forEach(row -> visitor.put(row.bucket, row.key, row.value));
    }
}
