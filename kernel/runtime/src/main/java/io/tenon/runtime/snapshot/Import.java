package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.export.CanonicalReader;
import io.tenon.spi.storage.export.ExportSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Fills an empty store from an export, in bounded batches. The store's place in the log is set with the last batch, which is committed when
 * the whole export was checked, so a store that was filled in part is never taken for a whole one. Used once.
 */
final class Import {
    /** No key and no value is longer; far beyond what any limit of requests lets in. */
    private static final long MOST_BYTES_OF_A_FIELD = 512L << 20;
    private static final int READ_BUFFER_BYTES = 256 << 10;
    private static final byte[] INDEX = "consistent_index".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TERM = "term".getBytes(StandardCharsets.US_ASCII);

    private final EngineSession session;
    private final LogMark mark;
    private ImportBatch batch = new ImportBatch();
    private long index;
    private long term;

    /** @param mark where the export must stand */
    Import(EngineSession session, LogMark mark) {
        this.session = session;
        this.mark = mark;
    }

    /**
     * Durable on return.
     *
     * @throws EngineCorruptException the export is damaged, or of another place, or the store does not hold what it was given
     */
    void read(InputStream export) throws IOException {
        Map<Bucket, BucketTally> sent = new CanonicalReader(new BufferedInputStream(export, READ_BUFFER_BYTES), MOST_BYTES_OF_A_FIELD)
                .read(this::row);
        LogMark found = new LogMark(term, index);
        if (!found.equals(mark)) {
            throw new EngineCorruptException("its rows are those at " + found + ", the message before it says " + mark);
        }
        session.commit(batch, mark);
        LogMark durable = session.flush();
        if (!durable.equals(mark)) {
            throw new EngineCorruptException("the store has " + durable + " durable after " + mark + " was committed");
        }
        compare(sent);
    }

    private void row(Bucket bucket, byte[] key, byte[] value) throws EngineException {
        if (bucket == Bucket.META && takesPlace(key, value)) {
            return;
        }
        if (!batch.hasRoomFor(key, value)) {
            session.commit(batch, LogMark.ZERO);
            batch = new ImportBatch();
        }
        batch.add(bucket, key, value);
    }

    /** True for the rows of the place in the log, which the engine writes with the last batch. */
    private boolean takesPlace(byte[] key, byte[] value) {
        boolean isIndex = Arrays.equals(key, INDEX);
        if (!isIndex && !Arrays.equals(key, TERM)) {
            return false;
        }
        if (value.length != Long.BYTES) {
            throw new EngineCorruptException("its place in the log has " + value.length + " bytes");
        }
        if (isIndex) {
            index = ByteBuffer.wrap(value).getLong();
        } else {
            term = ByteBuffer.wrap(value).getLong();
        }
        return true;
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
