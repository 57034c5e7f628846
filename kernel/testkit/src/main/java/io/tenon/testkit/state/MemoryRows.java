package io.tenon.testkit.state;

import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.RowVisitor;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Rows over tables. Counts its holders, and can be made out of date or lose its engine, as the kernel's rows do. */
public final class MemoryRows implements Rows {
    private final MemoryTables tables;
    private final AtomicInteger holders = new AtomicInteger();
    private final AtomicBoolean outOfDate = new AtomicBoolean();
    private final AtomicBoolean engineGone = new AtomicBoolean();

    /** @param tables not changed afterwards, unless only the changing thread reads */
    public MemoryRows(MemoryTables tables) {
        this.tables = tables;
    }

    /** From now on {@link #acquire} refuses, as when newer rows were published and the engine's view was closed. */
    public void close() {
        outOfDate.set(true);
    }

    /** From now on reads fail with {@link EngineClosedException}, until called with false. */
    public void loseEngine(boolean gone) {
        engineGone.set(gone);
    }

    /** Readers that acquired and did not release. */
    public int holders() {
        return holders.get();
    }

    @Override
    public boolean acquire() {
        if (outOfDate.get()) {
            return false;
        }
        holders.incrementAndGet();
        return true;
    }

    @Override
    public void release() {
        if (holders.decrementAndGet() < 0) {
            throw new IllegalStateException("rows released more often than acquired");
        }
    }

    @Override
    public Optional<byte[]> get(Bucket bucket, byte[] key) {
        checkEngine();
        return tables.get(bucket, key);
    }

    @Override
    public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        checkEngine();
        tables.scan(bucket, from, toExclusive, visitor);
    }

    private void checkEngine() {
        if (engineGone.get()) {
            throw new EngineClosedException();
        }
    }
}
