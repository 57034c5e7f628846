package io.tenon.runtime.storage;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.RowVisitor;
import io.tenon.spi.storage.SealedBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store in the heap, of one thread, whose views show what it has now. */
public final class TableSession implements EngineSession, EngineView {
    public final List<LogMark> marks = new ArrayList<>();
    public final List<Integer> batches = new ArrayList<>();
    public LogMark flushed = LogMark.ZERO;
    public boolean losesRow;
    private final Map<Bucket, TreeMap<byte[], byte[]>> tables = new EnumMap<>(Bucket.class);
    private LogMark applied = LogMark.ZERO;

    @Override
    public LogMark applied() {
        return applied;
    }

    @Override
    public void commit(SealedBatch batch, LogMark mark) {
        marks.add(mark);
        batches.add(batch.operations());
        batch.replay(new SealedBatch.Visitor() {
            @Override
            public void put(Bucket bucket, byte[] key, byte[] value) {
                table(bucket).put(key, value);
            }

            @Override
            public void delete(Bucket bucket, byte[] key) {
                throw new AssertionError("nothing is deleted in an import");
            }
        });
        place("consistent_index", mark.index());
        place("term", mark.term());
        if (losesRow) {
            table(Bucket.KEY).pollFirstEntry();
        }
        applied = mark;
    }

    private void place(String key, long number) {
        table(Bucket.META).put(key.getBytes(StandardCharsets.US_ASCII), ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    private TreeMap<byte[], byte[]> table(Bucket bucket) {
        return tables.computeIfAbsent(bucket, unused -> new TreeMap<>(Arrays::compareUnsigned));
    }

    /** Every row, as something that can be compared. */
    public Map<String, Integer> rows() {
        Map<String, Integer> rows = new TreeMap<>();
        tables.forEach((bucket, table) -> table.forEach((key, value) -> rows.put(bucket + HexFormat.of().formatHex(key), Arrays.hashCode(value))));
        return rows;
    }

    @Override
    public LogMark flush() {
        flushed = applied;
        return applied;
    }

    @Override
    public EngineView view() {
        return this;
    }

    @Override
    public EngineSize size() {
        return new EngineSize(0, 0);
    }

    @Override
    public boolean reclaim(long budgetNanos) {
        return false;
    }

    @Override
    public void defragment() {
        // Nothing is wasted.
    }

    @Override
    public Optional<byte[]> get(Bucket bucket, byte[] key) {
        if (bucket != Bucket.TENON) {
            return Optional.ofNullable(table(bucket).get(key));
        }
        BucketTally tally = BucketTally.EMPTY;
        Bucket asked = Bucket.of(new String(key, StandardCharsets.UTF_8)).orElseThrow();
        for (Map.Entry<byte[], byte[]> row : table(asked).entrySet()) {
            tally = tally.plus(row.getKey(), row.getValue());
        }
        return tally.rows() == 0 ? Optional.empty() : Optional.of(tally.toBytes());
    }

    @Override
    public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public void scanVerified(Bucket bucket, RowVisitor visitor) {
        table(bucket).forEach(visitor::row);
    }

    @Override
    public long count(Bucket bucket) {
        return table(bucket).size();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
