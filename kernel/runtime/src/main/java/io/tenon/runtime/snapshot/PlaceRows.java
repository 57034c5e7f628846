package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineCorruptException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The two rows of {@code meta} that say a state's place in the log, picked out of the others. A row that is not there counts as zero. */
final class PlaceRows {
    static final byte[] INDEX = "consistent_index".getBytes(StandardCharsets.US_ASCII);
    static final byte[] TERM = "term".getBytes(StandardCharsets.US_ASCII);

    private long index;
    private long term;

    static boolean isOne(Bucket bucket, byte[] key) {
        return bucket == Bucket.META && (Arrays.equals(key, INDEX) || Arrays.equals(key, TERM));
    }

    static byte[] value(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** Looks at a row, whatever it is. */
    void see(Bucket bucket, byte[] key, byte[] value) {
        if (!isOne(bucket, key)) {
            return;
        }
        if (value.length != Long.BYTES) {
            throw new EngineCorruptException("its place in the log has " + value.length + " bytes");
        }
        long number = ByteBuffer.wrap(value).getLong();
        if (Arrays.equals(key, INDEX)) {
            index = number;
        } else {
            term = number;
        }
    }

    LogMark mark() {
        return new LogMark(term, index);
    }
}
