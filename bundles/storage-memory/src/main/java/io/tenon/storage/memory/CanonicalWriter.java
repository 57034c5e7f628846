package io.tenon.storage.memory;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes a state in the canonical form (docs/formats/canonical-export.md): the same rows give the same bytes. */
final class CanonicalWriter {
    static final byte[] MAGIC = "TENONCX1".getBytes(StandardCharsets.US_ASCII);
    static final byte BUCKET = 'B';
    static final byte ROW = 'R';
    static final byte END_OF_BUCKET = 'E';
    static final byte END_OF_FILE = 'Z';
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] NO_BOUND = {};

    private final WritableByteChannel target;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final CRC32C whole = new CRC32C();
    private long rows;

    CanonicalWriter(WritableByteChannel target) {
        this.target = target;
    }

    void write(State state) throws IOException {
        try {
            put(ByteBuffer.wrap(MAGIC));
            for (Bucket bucket : Bucket.values()) {
                if (bucket != Bucket.TENON) {
                    writeBucket(bucket, state);
                }
            }
            ByteBuffer end = ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES).put(END_OF_FILE).putLong(rows);
            put(end.flip());
            put(ByteBuffer.allocate(Integer.BYTES).putInt((int) whole.getValue()).flip());
            drain();
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private void writeBucket(Bucket bucket, State state) {
        byte[] name = bucket.bucketName().getBytes(StandardCharsets.UTF_8);
        put(sealed(ByteBuffer.allocate(2 + name.length + Integer.BYTES).put(BUCKET).put((byte) name.length).put(name)));
        state.rows(bucket).scan(NO_BOUND, NO_BOUND, (key, value) -> {
            writeRow(key, value);
            return true;
        });
        BucketTally tally = state.tally(bucket);
        put(sealed(ByteBuffer.allocate(1 + 2 * Long.BYTES + Integer.BYTES).put(END_OF_BUCKET).putLong(tally.rows()).putLong(tally.digest())));
    }

    private void writeRow(byte[] key, byte[] value) {
        rows++;
        ByteBuffer head = ByteBuffer.allocate(1 + 2 * Integer.BYTES).put(ROW).putInt(key.length).putInt(value.length).flip();
        CRC32C crc = new CRC32C();
        crc.update(head.duplicate());
        crc.update(key);
        crc.update(value);
        put(head);
        put(ByteBuffer.wrap(key));
        put(ByteBuffer.wrap(value));
        put(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).flip());
    }

    /** Appends the CRC-32C of what the buffer has. */
    private static ByteBuffer sealed(ByteBuffer frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame.duplicate().flip());
        return frame.putInt((int) crc.getValue()).flip();
    }

    private void put(ByteBuffer bytes) {
        whole.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                drain();
            }
            int count = Math.min(buffer.remaining(), bytes.remaining());
            buffer.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
        }
    }

    private void drain() {
        try {
            buffer.flip();
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
            buffer.clear();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
