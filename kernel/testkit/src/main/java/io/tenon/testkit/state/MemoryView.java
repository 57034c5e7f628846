package io.tenon.testkit.state;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.RowVisitor;
import java.util.Optional;

/** An engine's view over tables that nobody changes any more. */
public record MemoryView(MemoryTables tables, LogMark applied) implements EngineView {

    @Override
    public Optional<byte[]> get(Bucket bucket, byte[] key) {
        return tables.get(bucket, key);
    }

    @Override
    public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        tables.scan(bucket, from, toExclusive, visitor);
    }

    @Override
    public void scanVerified(Bucket bucket, RowVisitor visitor) {
        tables.scan(bucket, new byte[0], new byte[0], visitor);
    }

    @Override
    public long count(Bucket bucket) {
        return tables.count(bucket);
    }

    @Override
    public void close() {
    }
}
