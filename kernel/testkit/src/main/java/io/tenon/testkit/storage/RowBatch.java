package io.tenon.testkit.storage;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.SealedBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A batch that a test writes down row by row. */
public final class RowBatch implements SealedBatch {
    private final Map<Bucket, List<Change>> changes = new EnumMap<>(Bucket.class);
    private int operations;
    private long sizeBytes;

    private record Change(byte[] key, Optional<byte[]> value) {
    }

    public static RowBatch batch() {
        return new RowBatch();
    }

    public RowBatch put(Bucket bucket, byte[] key, byte[] value) {
        return add(bucket, new Change(key, Optional.of(value)), key.length + value.length);
    }

    public RowBatch put(Bucket bucket, String key, String value) {
        return put(bucket, bytes(key), bytes(value));
    }

    public RowBatch delete(Bucket bucket, byte[] key) {
        return add(bucket, new Change(key, Optional.empty()), key.length);
    }

    public RowBatch delete(Bucket bucket, String key) {
        return delete(bucket, bytes(key));
    }

    private RowBatch add(Bucket bucket, Change change, int bytes) {
        changes.computeIfAbsent(bucket, b -> new ArrayList<>()).add(change);
        operations++;
        sizeBytes += bytes;
        return this;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int operations() {
        return operations;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void replay(Visitor visitor) {
        changes.forEach((bucket, list) -> list.forEach(change -> change.value.ifPresentOrElse(
                value -> visitor.put(bucket, change.key, value), () -> visitor.delete(bucket, change.key))));
    }
}
