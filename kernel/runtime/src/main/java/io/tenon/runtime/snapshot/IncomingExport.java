package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.export.CanonicalReader;
import io.tenon.spi.storage.export.ExportedRows;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * A state as the canonical export, read as it comes.
 *
 * @param expected where it must stand
 */
record IncomingExport(InputStream stream, LogMark expected) implements Incoming {
    /** No key and no value is longer; far beyond what any limit of requests lets in. */
    private static final long MOST_BYTES_OF_A_FIELD = 512L << 20;
    private static final int READ_BUFFER_BYTES = 256 << 10;

    @Override
    public Whole read(ExportedRows rows) throws IOException {
        PlaceRows place = new PlaceRows();
        Map<Bucket, BucketTally> tallies = new CanonicalReader(new BufferedInputStream(stream, READ_BUFFER_BYTES), MOST_BYTES_OF_A_FIELD)
                .read((bucket, key, value) -> {
                    place.see(bucket, key, value);
                    rows.row(bucket, key, value);
                });
        if (!place.mark().equals(expected)) {
            throw new EngineCorruptException("its rows are those at " + place.mark() + ", the message before it says " + expected);
        }
        return new Whole(expected, tallies);
    }
}
