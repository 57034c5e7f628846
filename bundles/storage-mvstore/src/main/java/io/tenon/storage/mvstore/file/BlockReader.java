package io.tenon.storage.mvstore.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/** Reads whole blocks from a disk. Any thread. */
final class BlockReader {
    /** Two copies of MVStore's header; each counts for itself. */
    static final int HEADER_BLOCKS = 2;

    private final Disk disk;

    BlockReader(Disk disk) {
        this.disk = disk;
    }

    /** Blocks as they lie on the disk, trailers included, unchecked. */
    ByteBuffer stored(long first, int count) {
        ByteBuffer stored = ByteBuffer.allocate(Math.multiplyExact(count, Blocks.STORED_BYTES));
        try {
            disk.read(stored, first * Blocks.STORED_BYTES);
        } catch (IOException failure) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_READING_FAILED, "cannot read {0}: {1}", disk, failure, failure);
        }
        if (stored.hasRemaining()) {
            throw corrupt("ends " + stored.remaining() + " bytes before the end of block " + (first + count - 1));
        }
        return stored;
    }

    /** The data of blocks of one write, without trailers. */
    ByteBuffer data(long first, int count) {
        ByteBuffer stored = stored(first, count);
        for (int i = 0; i < count; i++) {
            int start = i * Blocks.STORED_BYTES;
            if (!Blocks.intact(stored, start, first + i)) {
                throw corrupt("checksum of block " + (first + i) + " is wrong");
            }
            if (i > 0 && !Blocks.origin(stored, start).follows(Blocks.origin(stored, start - Blocks.STORED_BYTES))) {
                throw corrupt("block " + (first + i) + " is of another write than the block before it");
            }
        }
        return withoutTrailers(stored, count);
    }

    /** The header's copies; one that does not check is all zeros. */
    ByteBuffer header() {
        ByteBuffer stored = stored(0, HEADER_BLOCKS);
        for (int i = 0; i < HEADER_BLOCKS; i++) {
            if (!Blocks.intact(stored, i * Blocks.STORED_BYTES, i)) {
                stored.put(i * Blocks.STORED_BYTES, new byte[Blocks.DATA_BYTES]);
            }
        }
        return withoutTrailers(stored, HEADER_BLOCKS);
    }

    private static ByteBuffer withoutTrailers(ByteBuffer stored, int count) {
        for (int i = 1; i < count; i++) {
            System.arraycopy(stored.array(), i * Blocks.STORED_BYTES, stored.array(), i * Blocks.DATA_BYTES, Blocks.DATA_BYTES);
        }
        return stored.slice(0, count * Blocks.DATA_BYTES);
    }

    MVStoreException corrupt(String what) {
        return DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "{0} {1}", disk, what);
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }
}
