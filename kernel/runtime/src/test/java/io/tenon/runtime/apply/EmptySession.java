package io.tenon.runtime.apply;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.RowVisitor;
import io.tenon.spi.storage.SealedBatch;
import java.util.Optional;

/** A store without rows, for loops whose machines write none. */
final class EmptySession implements EngineSession {

    @Override
    public LogMark applied() {
        return LogMark.ZERO;
    }

    @Override
    public void commit(SealedBatch batch, LogMark applied) {
        throw new AssertionError("nothing is written in these tests");
    }

    @Override
    public LogMark flush() {
        return LogMark.ZERO;
    }

    @Override
    public EngineView view() {
        return new EmptyView();
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
        // Holds nothing.
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    private static final class EmptyView implements EngineView {

        @Override
        public LogMark applied() {
            return LogMark.ZERO;
        }

        @Override
        public Optional<byte[]> get(Bucket bucket, byte[] key) {
            return Optional.empty();
        }

        @Override
        public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
            // No rows.
        }

        @Override
        public void scanVerified(Bucket bucket, RowVisitor visitor) {
            // No rows.
        }

        @Override
        public long count(Bucket bucket) {
            return 0;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
