package io.tenon.spi.storage.export;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineCorruptException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/** Reads what {@link CanonicalWriter} wrote; anything else is damage. Used once, by one thread. */
public final class CanonicalReader {
    private final CheckedInputStream whole;
    private final DataInputStream in;
    private final long mostBytesOfAField;
    private final Map<Bucket, BucketTally> tallies = new EnumMap<>(Bucket.class);
    private BucketTally tally = BucketTally.EMPTY;
    private byte[] lastKey = {};
    private long rowCount;

    /**
     * @param source            buffered, because it is read in small pieces; stays open
     * @param mostBytesOfAField no key and no value is longer, so a damaged length asks for no more
     */
    public CanonicalReader(InputStream source, long mostBytesOfAField) {
        this.whole = new CheckedInputStream(source, new CRC32C());
        this.in = new DataInputStream(whole);
        this.mostBytesOfAField = mostBytesOfAField;
    }

    /**
     * Reads to the end of the source. When this returns all of it was checked, and not before.
     *
     * @return count and digest of each bucket's rows
     * @throws EngineCorruptException the bytes do not check, or are cut off
     */
    public Map<Bucket, BucketTally> read(ExportedRows rows) throws IOException {
        try {
            check(Arrays.equals(in.readNBytes(CanonicalWriter.MAGIC.length), CanonicalWriter.MAGIC), "it does not begin as an export");
            for (Bucket bucket : Bucket.values()) {
                if (bucket.isEtcds()) {
                    readBucket(bucket, in.readByte(), rows);
                }
            }
            byte next = in.readByte();
            tallies.put(Bucket.TENON_V2, BucketTally.EMPTY);
            if (next == CanonicalWriter.BUCKET) {
                readBucket(Bucket.TENON_V2, next, rows);
                check(tally.rows() > 0, "it has bucket " + Bucket.TENON_V2.bucketName() + " without rows");
                next = in.readByte();
            }
            check(next == CanonicalWriter.END_OF_EXPORT && in.readLong() == rowCount, "its end is not where it should be");
            long expected = whole.getChecksum().getValue();
            check(in.readInt() == (int) expected, "its checksum is wrong");
            check(in.read() < 0, "something follows its end");
            return tallies;
        } catch (EOFException cut) {
            throw new EngineCorruptException("it is cut off after " + rowCount + " rows", cut);
        }
    }

    private void readBucket(Bucket bucket, byte first, ExportedRows rows) throws IOException {
        byte[] name = bucket.bucketName().getBytes(StandardCharsets.UTF_8);
        byte[] head = ByteBuffer.allocate(2 + name.length).put(CanonicalWriter.BUCKET).put((byte) name.length).put(name).array();
        byte[] rest = Arrays.copyOfRange(head, 1, head.length);
        check(first == head[0] && Arrays.equals(in.readNBytes(rest.length), rest), "bucket " + bucket.bucketName() + " is missing");
        checkCrc(in.readInt(), head);
        tally = BucketTally.EMPTY;
        lastKey = new byte[0];
        byte type = in.readByte();
        while (type == CanonicalWriter.ROW) {
            readRow(bucket, rows);
            type = in.readByte();
        }
        check(type == CanonicalWriter.END_OF_BUCKET, "a record of bucket " + bucket.bucketName() + " has type " + type);
        byte[] recorded = in.readNBytes(2 * Long.BYTES);
        checkCrc(in.readInt(), new byte[] {type}, recorded);
        check(BucketTally.of(recorded).equals(tally), "bucket " + bucket.bucketName() + " has other rows than recorded");
        tallies.put(bucket, tally);
    }

    private void readRow(Bucket bucket, ExportedRows rows) throws IOException {
        byte[] lengths = in.readNBytes(2 * Integer.BYTES);
        check(lengths.length == 2 * Integer.BYTES, "it is cut off after " + rowCount + " rows");
        ByteBuffer sizes = ByteBuffer.wrap(lengths);
        byte[] key = bytes(sizes.getInt());
        byte[] value = bytes(sizes.getInt());
        checkCrc(in.readInt(), new byte[] {CanonicalWriter.ROW}, lengths, key, value);
        check(tally.rows() == 0 || Arrays.compareUnsigned(lastKey, key) < 0, "rows of bucket " + bucket.bucketName() + " are out of order");
        rows.row(bucket, key, value);
        tally = tally.plus(key, value);
        lastKey = key;
        rowCount++;
    }

    private byte[] bytes(int length) throws IOException {
        check(length >= 0 && length <= mostBytesOfAField, "a row is " + length + " bytes long");
        byte[] bytes = in.readNBytes(length);
        check(bytes.length == length, "it is cut off after " + rowCount + " rows");
        return bytes;
    }

    private void checkCrc(int expected, byte[]... parts) {
        CRC32C crc = new CRC32C();
        for (byte[] part : parts) {
            crc.update(part);
        }
        check(expected == (int) crc.getValue(), "a checksum is wrong after " + rowCount + " rows");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new EngineCorruptException(otherwise);
        }
    }
}
