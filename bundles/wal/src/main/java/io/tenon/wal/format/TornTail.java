package io.tenon.wal.format;

import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.format.BrokenRecordException.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    public TornTail(DiskFile file) throws IOException {
        this.file = file;
        fileBytes = file.size();
    }

    /** One past the last byte from {@code offset} on that is not zero; {@code offset} when all are. */
    public long endOfData(long offset) throws IOException {
        long end = fileBytes;
        while (end > offset) {
            long from = Math.max(offset, end - CHUNK_BYTES);
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
        long dataEnd = endOfData(offset);
        return switch (broken.extent()) {
            case NOTHING_LOST -> false;
            case CONTENT -> lostSector(offset, broken.endOffset())
                    || dataEnd <= broken.endOffset() && dataEnd < broken.endOffset() - missingAtMost(broken);
            // The length is worth nothing, so it cannot say where the next record would be: look for one everywhere.
            case FRAME -> lostSector(offset, Math.min(offset + Frame.HEADER_BYTES + 1, fileBytes))
                    || !holdsFrame(offset + Frame.HEADER_BYTES, dataEnd);
        };
    }

    /** Zeros at a frame's end that are its padding, and so say nothing. */
    private long missingAtMost(BrokenRecordException broken) throws IOException {
        read(broken.offset(), Frame.HEADER_BYTES);
        return chunk.get(Frame.HEADER_BYTES - 1) & 7;
    }

    /** Is any whole sector between these offsets all zeros? The one that holds {@code from} is not, as a length is not. */
    private boolean lostSector(long from, long to) throws IOException {
        for (long sector = from - from % SECTOR_BYTES; sector < to; sector += SECTOR_BYTES) {
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

    /** Is there anything between these offsets that reads as a frame with a record in it? */
    private boolean holdsFrame(long from, long to) throws IOException {
        ProtoFields fields = new ProtoFields();
        for (long offset = from; offset + Frame.HEADER_BYTES < to; offset += Frame.HEADER_BYTES) {
            if (read(offset, Frame.HEADER_BYTES) == Frame.HEADER_BYTES && readsAsRecord(offset, fields)) {
                return true;
            }
        }
        return false;
    }

    private boolean readsAsRecord(long offset, ProtoFields fields) throws IOException {
        try {
            long recordBytes = Frame.recordBytes(chunk.getLong(0));
            if (offset + Frame.frameBytes(recordBytes) > fileBytes || recordBytes > Integer.MAX_VALUE) {
                return false;
            }
            ByteBuffer record = ByteBuffer.allocate((int) recordBytes);
            file.readFully(record, offset + Frame.HEADER_BYTES);
            fields.reset(record, 0, (int) recordBytes);
            return fields.next() && fields.field() == 1 && RecordType.of(fields.number()).isPresent()
                    && fields.next() && fields.field() == 2 && fields.number() >= 0;
        } catch (MalformedException none) {
            return false;
        }
    }

    private int read(long offset, int count) throws IOException {
        chunk.clear().limit(count);
        int read = file.readFully(chunk, offset);
        return read;
    }
}
