package io.tenon.runtime.storage;

import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.RowVisitor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The engine's rows with the unsaved ones over them. Rows of the keyspace are never rewritten, so an unsaved row is simply a later one; a
 * row that was compacted but whose deletion is not saved yet may still be seen here, which readers must expect anyway: they ask for rows
 * that their index names.
 */
final class TailRows implements Rows {
    private final List<Segment> segments;
    private final Segment.Slice[] slices;
    private final Optional<SharedView> view;

    /** @param segments oldest first; the last may still grow. Made by the apply loop */
    TailRows(List<Segment> segments, Optional<SharedView> view) {
        this.segments = segments;
        this.view = view;
        slices = new Segment.Slice[segments.size()];
        for (int at = 0; at < slices.length; at++) {
            slices[at] = segments.get(at).slice();
        }
    }

    @Override
    public boolean acquire() {
        return view.isEmpty() || view.get().acquire();
    }

    @Override
    public void release() {
        view.ifPresent(SharedView::release);
    }

    @Override
    public Optional<byte[]> get(Bucket bucket, byte[] key) {
        if (bucket != Bucket.KEY) {
            return Optional.ofNullable(merged(bucket, key, new byte[0]).get(key));
        }
        for (int at = slices.length - 1; at >= 0; at--) {
            if (slices[at].mayHold(key)) {
                Optional<byte[]> row = slices[at].get(key);
                if (row.isPresent()) {
                    return row;
                }
                break;
            }
        }
        return engine().view().get(bucket, key);
    }

    @Override
    public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        if (bucket != Bucket.KEY) {
            for (Map.Entry<byte[], byte[]> row : merged(bucket, from, toExclusive).entrySet()) {
                if (!visitor.row(row.getKey(), row.getValue())) {
                    return;
                }
            }
            return;
        }
        boolean[] going = {true};
        byte[] engineEnd = firstUnsavedKey(toExclusive);
        if (engineEnd.length == 0 || Arrays.compareUnsigned(from, engineEnd) < 0) {
            engine().view().scan(bucket, from, engineEnd, (key, value) -> going[0] = visitor.row(key, value));
        }
        for (int at = 0; at < slices.length && going[0]; at++) {
            going[0] = slices[at].scan(from, toExclusive, visitor);
        }
    }

    /**
     * Where the engine's part of a scan ends: a saved segment may still be on the list while the view already has its rows, and no row
     * may be seen twice.
     */
    private byte[] firstUnsavedKey(byte[] toExclusive) {
        for (Segment.Slice slice : slices) {
            if (slice.count() > 0) {
                byte[] first = slice.keys()[0];
                return toExclusive.length == 0 || Arrays.compareUnsigned(first, toExclusive) < 0 ? first : toExclusive;
            }
        }
        return toExclusive;
    }

    private TreeMap<byte[], byte[]> merged(Bucket bucket, byte[] from, byte[] toExclusive) {
        TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
        engine().view().scan(bucket, from, toExclusive, (key, value) -> {
            rows.put(key, value);
            return true;
        });
        for (Segment segment : segments) {
            for (Segment.Operation operation : segment.others()) {
                if (operation.bucket() == bucket && Arrays.compareUnsigned(operation.key(), from) >= 0
                        && (toExclusive.length == 0 || Arrays.compareUnsigned(operation.key(), toExclusive) < 0)) {
                    operation.value().ifPresentOrElse(value -> rows.put(operation.key(), value), () -> rows.remove(operation.key()));
                }
            }
        }
        return rows;
    }

    private SharedView engine() {
        return view.orElseThrow(EngineClosedException::new);
    }
}
