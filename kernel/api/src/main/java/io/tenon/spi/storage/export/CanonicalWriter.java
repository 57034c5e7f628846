package io.tenon.spi.storage.export;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes rows in the canonical form ({@code docs/formats/canonical-export.md}): the same rows give the same bytes. Used once, by one thread. */
public final class CanonicalWriter {
    static final byte[] MAGIC = "TENONCX1".getBytes(StandardCharsets.US_ASCII);
    static final byte BUCKET = 'B';
    static final byte ROW = 'R';
    static final byte END_OF_BUCKET = 'E';
    static final byte END_OF_EXPORT = 'Z';
    private static final int BUFFER_BYTES = 256 << 10;

    private final OutputStream target;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final CRC32C whole = new CRC32C();
    private long rows;

    /** @param target stays open */
    public CanonicalWriter(OutputStream target) {
        this.target = target;
    }

    /**
     * Writes all of it; blocks on rows and target.
     *
     * @throws IOException the target failed, what was written is no export
     * @throws io.tenon.spi.storage.EngineCorruptException the rows are not those that were recorded
     */
    public void write(ExportSource source) throws IOException {
        try {
            put(ByteBuffer.wrap(MAGIC));
            for (Bucket bucket : Bucket.values()) {
                if (bucket.isEtcds() || bucket == Bucket.TENON_V2 && source.tally(bucket).rows() > 0) {
                    writeBucket(bucket, source);
                }
            }
            ByteBuffer end = ByteBuffer.allocate(1 + Long.BYTES).put(END_OF_EXPORT).putLong(rows);
            put(end.flip());
            put(ByteBuffer.allocate(Integer.BYTES).putInt((int) whole.getValue()).flip());
            drain();
            target.flush();
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private void writeBucket(Bucket bucket, ExportSource source) {
        byte[] name = bucket.bucketName().getBytes(StandardCharsets.UTF_8);
        put(sealed(ByteBuffer.allocate(2 + name.length + Integer.BYTES).put(BUCKET).put((byte) name.length).put(name)));
        source.scan(bucket, (key, value) -> {
            writeRow(key, value);
            return true;
        });
        BucketTally tally = source.tally(bucket);
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
            target.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
