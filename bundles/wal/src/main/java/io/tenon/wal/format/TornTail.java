package io.tenon.wal.format;

import io.tenon.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tells a write that a crash cut short from damage to records that had been acknowledged. The first may be dropped: nobody was told. The
 * second must not be: dropping it would undo votes and commits.
 *
 * <p>A segment is zeros until it is written. A batch that never was synced may have reached the disk up to some byte, or with any of
 * its sectors missing. So a broken record is torn when one of its sectors is still all zeros (etcd's rule), or when it lacks its end
 * and nothing follows. Everything else is damage, the last segment's last record included. Only the last segment can be torn: a segment is synced
 * before the next one gets its name.
 */
public final class TornTail {
    private static final int SECTOR_BYTES = 512;
    private static final int CHUNK_BYTES = 1 << 20;

    private final DiskFile file;
    private final long fileBytes;
    private final ByteBuffer chunk;

    public TornTail(DiskFile file) throws IOException {
        this.file = file;
        fileBytes = file.size();
        chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, fileBytes));
    }

    /** One past the last byte from {@code offset} on that is not zero; {@code offset} when all are. */
    public long endOfData(long offset) throws IOException {
        long end = fileBytes;
        while (end > offset) {
            long from = Math.max(offset, end - chunk.capacity());
            int count = read(from, (int) (end - from));
            for (int i = count - 1; i >= 0; i--) {
                if (chunk.get(i) != 0) {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return offset;
    }

    /** True when the broken record is a write that never finished. */
    public boolean explains(BrokenRecordException broken) throws IOException {
        long offset = broken.offset();
        long recordStart = offset + Frame.HEADER_BYTES;
        long dataEnd = endOfData(offset);
        return switch (broken.extent()) {
            case NOTHING_LOST -> false;
            // A length field never spans two sectors, so only its own bytes can be missing, and with them all that follows.
            case HEADER -> dataEnd <= recordStart;
            case PREFIX -> dataEnd <= recordStart + Frame.PREFIX_MOST_BYTES
                    || lostSector(recordStart, Math.min(recordStart + Frame.PREFIX_MOST_BYTES, broken.endOffset()));
            case DATA -> broken.endOffset() > fileBytes || lostSector(offset, broken.endOffset())
                    || dataEnd < broken.endOffset() - paddingOf(offset);
        };
    }

    private int paddingOf(long offset) throws IOException {
        read(offset, Frame.HEADER_BYTES);
        return chunk.get(Frame.HEADER_BYTES - 1) & 7;
    }

    /** Is any sector that has bytes between these offsets all zeros? */
    private boolean lostSector(long from, long to) throws IOException {
        for (long sector = from - from % SECTOR_BYTES; sector < Math.min(to, fileBytes); sector += SECTOR_BYTES) {
            int count = read(sector, (int) Math.min(SECTOR_BYTES, fileBytes - sector));
            int zeros = 0;
            while (zeros < count && chunk.get(zeros) == 0) {
                zeros++;
            }
            if (zeros == count) {
                return true;
            }
        }
        return false;
    }

    private int read(long offset, int count) throws IOException {
        chunk.clear().limit(count);
        return file.readFully(chunk, offset);
    }
}
