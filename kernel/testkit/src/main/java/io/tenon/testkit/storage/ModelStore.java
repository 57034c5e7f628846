package io.tenon.testkit.storage;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.SealedBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The slow, obvious store that engines are compared with. A copy is the state at a commit. */
public final class ModelStore {
    private final Map<Bucket, TreeMap<byte[], byte[]>> buckets = new EnumMap<>(Bucket.class);
    private LogMark applied = LogMark.ZERO;

    public ModelStore() {
        for (Bucket bucket : Bucket.values()) {
            buckets.put(bucket, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    public ModelStore copy() {
        ModelStore copy = new ModelStore();
        buckets.forEach((bucket, rows) -> copy.buckets.get(bucket).putAll(rows));
        copy.applied = applied;
        return copy;
    }

    public LogMark applied() {
        return applied;
    }

    public TreeMap<byte[], byte[]> rows(Bucket bucket) {
        return buckets.get(bucket);
    }

    public void commit(SealedBatch batch, LogMark mark) {
        batch.replay(new SealedBatch.Visitor() {
            @Override
            public void put(Bucket bucket, byte[] key, byte[] value) {
                rows(bucket).put(key, value);
            }

            @Override
            public void delete(Bucket bucket, byte[] key) {
                rows(bucket).remove(key);
            }
        });
        applied = mark;
        rows(Bucket.META).put(RowBatch.bytes("consistent_index"), number(mark.index()));
        rows(Bucket.META).put(RowBatch.bytes("term"), number(mark.term()));
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /** Every difference between this and a view, read by scanning, by keys and by counts; empty when there is none. */
    public List<String> differences(EngineView view) {
        List<String> found = new ArrayList<>();
        if (!applied.equals(view.applied())) {
            found.add("applied " + view.applied() + " instead of " + applied);
        }
        for (Bucket bucket : Bucket.values()) {
            if (bucket != Bucket.TENON) {
                compare(bucket, view, found);
            }
        }
        return found;
    }

    private void compare(Bucket bucket, EngineView view, List<String> found) {
        TreeMap<byte[], byte[]> left = new TreeMap<>(Arrays::compareUnsigned);
        left.putAll(rows(bucket));
        BucketTally[] tally = {BucketTally.EMPTY};
        view.scanVerified(bucket, (key, value) -> {
            tally[0] = tally[0].plus(key, value);
            byte[] expected = left.isEmpty() ? null : left.firstKey();
            if (expected == null || !Arrays.equals(expected, key)) {
                found.add(bucket + " has " + hex(key) + " where " + (expected == null ? "the end" : hex(expected)) + " is expected");
                left.remove(key);
            } else if (!Arrays.equals(left.remove(key), value)) {
                found.add(bucket + "/" + hex(key) + " has another value");
            }
            return true;
        });
        left.keySet().forEach(key -> found.add(bucket + "/" + hex(key) + " is missing"));
        if (view.count(bucket) != rows(bucket).size()) {
            found.add(bucket + " counts " + view.count(bucket) + " rows instead of " + rows(bucket).size());
        }
        BucketTally recorded = view.get(Bucket.TENON, BucketTally.key(bucket)).map(BucketTally::of).orElse(BucketTally.EMPTY);
        if (!recorded.equals(tally[0])) {
            found.add(bucket + " has recorded " + recorded + " instead of " + tally[0]);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes.length > 40 ? Arrays.copyOf(bytes, 40) : bytes);
    }
}
