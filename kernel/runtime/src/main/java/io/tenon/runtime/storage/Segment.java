package io.tenon.runtime.storage;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.RowVisitor;
import io.tenon.spi.storage.SealedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One batch on its way to the engine: open while the apply loop appends to it, then sealed. Rows of the keyspace arrive in ascending key
 * order (revisions only grow), so they lie in two plain arrays and are found by bisection. Readers see the first {@code n} of them, where
 * {@code n} was published with a volatile write; those places never change again, whatever is appended later.
 */
final class Segment implements SealedBatch {
    private static final int FIRST_CAPACITY = 256;

    private byte[][] keys = new byte[FIRST_CAPACITY][];
    private byte[][] values = new byte[FIRST_CAPACITY][];
    private int count;
    /** Everything that is not a new row of the keyspace, in order. */
    private final List<Operation> others = new ArrayList<>();
    private long sizeBytes;
    private LogMark mark = LogMark.ZERO;

    /** @param value empty for a deletion */
    record Operation(Bucket bucket, byte[] key, Optional<byte[]> value) {
    }

    void put(Bucket bucket, byte[] key, byte[] value) {
        sizeBytes += key.length + value.length;
        if (bucket != Bucket.KEY) {
            others.add(new Operation(bucket, key, Optional.of(value)));
            return;
        }
        if (count > 0 && Arrays.compareUnsigned(keys[count - 1], key) >= 0) {
            throw new IllegalStateException("row " + hex(key) + " does not follow " + hex(keys[count - 1]));
        }
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, count * 2);
            values = Arrays.copyOf(values, count * 2);
        }
        keys[count] = key;
        values[count] = value;
        count++;
    }

    void delete(Bucket bucket, byte[] key) {
        sizeBytes += key.length;
        others.add(new Operation(bucket, key, Optional.empty()));
    }

    void seal(LogMark applied) {
        mark = applied;
    }

    LogMark mark() {
        return mark;
    }

    boolean isEmpty() {
        return count == 0 && others.isEmpty();
    }

    Slice slice() {
        return new Slice(keys, values, count);
    }

    List<Operation> others() {
        return others;
    }

    @Override
    public int operations() {
        return count + others.size();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    /** New rows of the keyspace come before its deletions: a row that was written and compacted in one batch is deleted in the end. */
    @Override
    public void replay(Visitor visitor) {
        for (int row = 0; row < count; row++) {
            visitor.put(Bucket.KEY, keys[row], values[row]);
        }
        for (Bucket bucket : Bucket.values()) {
            for (Operation operation : others) {
                if (operation.bucket == bucket) {
                    operation.value.ifPresentOrElse(value -> visitor.put(bucket, operation.key, value),
                            () -> visitor.delete(bucket, operation.key));
                }
            }
        }
    }

    static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    /** The keyspace rows of a segment as far as they were there at some instant. */
    record Slice(byte[][] keys, byte[][] values, int count) {

        Optional<byte[]> get(byte[] key) {
            int place = bisect(key);
            return place < count && Arrays.equals(keys[place], key) ? Optional.of(values[place]) : Optional.empty();
        }

        boolean mayHold(byte[] key) {
            return count > 0 && Arrays.compareUnsigned(keys[0], key) <= 0;
        }

        /** Returns false when the visitor stopped. */
        boolean scan(byte[] from, byte[] toExclusive, RowVisitor visitor) {
            for (int place = bisect(from); place < count; place++) {
                if (toExclusive.length > 0 && Arrays.compareUnsigned(keys[place], toExclusive) >= 0) {
                    return true;
                }
                if (!visitor.row(keys[place], values[place])) {
                    return false;
                }
            }
            return true;
        }

        /** The first place whose key is not below this one. */
        private int bisect(byte[] key) {
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = low + high >>> 1;
                if (Arrays.compareUnsigned(keys[middle], key) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
