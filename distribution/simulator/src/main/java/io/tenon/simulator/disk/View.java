package io.tenon.simulator.disk;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.RowVisitor;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A state of a store, as readers see it. */
record View(StoreState state) implements EngineView {

    @Override
    public LogMark applied() {
        return state.applied();
    }

    @Override
    public Optional<byte[]> get(Bucket bucket, byte[] key) {
        return Optional.ofNullable(state.rows(bucket).get(key));
    }

    @Override
    public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        SortedMap<byte[], byte[]> tail = state.rows(bucket).tailMap(from);
        SortedMap<byte[], byte[]> rows = toExclusive.length == 0 ? tail : tail.headMap(toExclusive);
        for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
            if (!visitor.row(row.getKey(), row.getValue())) {
                return;
            }
        }
    }

    @Override
    public void scanVerified(Bucket bucket, RowVisitor visitor) {
        scan(bucket, new byte[0], new byte[0], visitor);
    }

    @Override
    public long count(Bucket bucket) {
        return state.rows(bucket).size();
    }

    @Override
    public void close() {
        // Nothing is held for it.
    }
}
