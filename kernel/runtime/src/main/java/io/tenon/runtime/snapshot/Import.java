package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.export.ExportSource;
import java.io.IOException;
import java.util.Map;

/**
 * Fills an empty store with a whole state, in bounded batches. The store's place in the log is set with the last batch, which is committed when
 * all of it was checked, so a store that was filled in part is never taken for a whole one. Used once.
 */
final class Import {
    private final EngineSession session;
    private final Progress progress;
    private ImportBatch batch = new ImportBatch();

    /** Told after each batch but the last. */
    @FunctionalInterface
    interface Progress {
        void committed(int rows, long bytes);
    }

    Import(EngineSession session) {
        this(session, (rows, bytes) -> { });
    }

    Import(EngineSession session, Progress progress) {
        this.session = session;
        this.progress = progress;
    }

    /**
     * Durable on return.
     *
     * @return the place of the state
     * @throws EngineCorruptException the state is damaged, or of another place, or the store does not hold what it was given
     */
    LogMark read(Incoming state) throws IOException {
        Incoming.Whole sent = state.read(this::row);
        LogMark mark = sent.mark();
        session.commit(batch, mark);
        LogMark durable = session.flush();
        if (!durable.equals(mark)) {
            throw new EngineCorruptException("the store has " + durable + " durable after " + mark + " was committed");
        }
        compare(sent.tallies());
        return mark;
    }

    private void row(Bucket bucket, byte[] key, byte[] value) throws EngineException {
        if (PlaceRows.isOne(bucket, key)) {
            // The engine writes them with the last batch.
            return;
        }
        if (!batch.hasRoomFor(key, value)) {
            session.commit(batch, LogMark.ZERO);
            progress.committed(batch.operations(), batch.sizeBytes());
            batch = new ImportBatch();
        }
        batch.add(bucket, key, value);
    }

    private void compare(Map<Bucket, BucketTally> sent) {
        try (EngineView view = session.view()) {
            ExportSource stored = ExportSource.of(view);
            sent.forEach((bucket, tally) -> {
                if (!stored.tally(bucket).equals(tally)) {
                    throw new EngineCorruptException("bucket " + bucket.bucketName() + " has " + stored.tally(bucket) + " in the store, sent was "
                            + tally);
                }
            });
        }
    }
}
