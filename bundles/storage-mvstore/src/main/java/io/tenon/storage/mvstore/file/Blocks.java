package io.tenon.storage.mvstore.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The form of a block on disk: {@value #DATA_BYTES} bytes of data, then the number of the write that brought it (8 bytes), its place within
 * that write (4) and a CRC-32C (4) over all of this and the block's own number. So a changed bit shows, and so does a block that an older
 * write left in the middle of a newer one, or one that lies at the wrong place.
 */
final class Blocks {
    static final int DATA_BYTES = 4096;
    static final int TRAILER_BYTES = Long.BYTES + 2 * Integer.BYTES;
    static final int STORED_BYTES = DATA_BYTES + TRAILER_BYTES;
    private static final int WRITE_AT = DATA_BYTES;
    private static final int PLACE_AT = WRITE_AT + Long.BYTES;
    private static final int CRC_AT = PLACE_AT + Integer.BYTES;

    private Blocks() {
    }

    /** Which write brought a block, and its place within that write. */
    record Origin(long write, int place) {
        boolean follows(Origin before) {
            return write == before.write && place == before.place + 1;
        }
    }

    /** Appends a trailer to the block of data that ends at {@code target}'s position. */
    static void seal(ByteBuffer target, long blockNumber, Origin origin) {
        int start = target.position() - DATA_BYTES;
        target.putLong(origin.write).putInt(origin.place);
        target.putInt(crc(target, start, blockNumber));
    }

    static boolean intact(ByteBuffer stored, int start, long blockNumber) {
        return stored.getInt(start + CRC_AT) == crc(stored, start, blockNumber);
    }

    static Origin origin(ByteBuffer stored, int start) {
        return new Origin(stored.getLong(start + WRITE_AT), stored.getInt(start + PLACE_AT));
    }

    private static int crc(ByteBuffer stored, int start, long blockNumber) {
        CRC32C crc = new CRC32C();
        crc.update(stored.slice(start, CRC_AT));
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (blockNumber >>> shift) & 0xFF);
        }
        return (int) crc.getValue();
    }
}
