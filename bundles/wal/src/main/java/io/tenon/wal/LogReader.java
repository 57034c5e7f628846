package io.tenon.wal;

import io.tenon.api.consensus.Entry;
import io.tenon.spi.log.LogException;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.format.BrokenRecordException;
import io.tenon.wal.format.EntryFields;
import io.tenon.wal.format.MalformedException;
import io.tenon.wal.format.RecordReader;
import io.tenon.wal.format.RecordType;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** One read of entries from the files. Made for one call, on whatever thread that is. */
final class LogReader {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Disk disk;
    private final LogView view;
    private final EntryFields fields = new EntryFields();
    private final List<Entry> entries = new ArrayList<>();
    private final long endIndex;
    private final long mostBytes;
    private long nextIndex;
    private long bytes;
    private boolean full;

    LogReader(Disk disk, LogView view, long endIndex, long mostBytes) {
        this.disk = disk;
        this.view = view;
        this.endIndex = Math.min(endIndex, view.lastIndex() + 1);
        this.mostBytes = mostBytes;
    }

    List<Entry> readFrom(long fromIndex) throws LogException {
        if (fromIndex < view.firstIndex()) {
            throw new LogException("entry " + fromIndex + " was released; the log begins at " + view.firstIndex());
        }
        nextIndex = fromIndex;
        int place = fromIndex < endIndex ? view.floor(fromIndex) : 0;
        while (nextIndex < endIndex && !full) {
            place = readSegment(place);
        }
        return entries;
    }

    /** Reads the stretches of one segment, and returns the place of the next segment's first point. */
    private int readSegment(int first) throws LogException {
        Segment segment = view.point(first).segment();
        try (DiskFile file = disk.openForReading(segment.path())) {
            RecordReader reader = new RecordReader(file, BUFFER_BYTES);
            int place = first;
            while (nextIndex < endIndex && !full && view.point(place).segment() == segment) {
                readStretch(reader, place++);
            }
            return place;
        } catch (NoSuchFileException gone) {
            throw new LogException("entry " + nextIndex + " was released while it was read", gone);
        } catch (BrokenRecordException broken) {
            throw Damage.corrupt(segment.path(), broken);
        } catch (IOException failed) {
            throw Damage.io("read", segment.path(), failed);
        }
    }

    private void readStretch(RecordReader reader, int place) throws IOException, BrokenRecordException {
        Point point = view.point(place);
        long stop = Math.min(endIndex, view.stretchEnd(place));
        reader.startAt(point.offset(), point.crcBefore());
        long index = point.index();
        while (index < stop && !full) {
            if (!reader.next()) {
                throw Damage.at(point.segment().path(), reader.endOffset(), "the data ends before entry " + index);
            }
            if (reader.type() == RecordType.ENTRY) {
                take(reader, point.segment(), index++);
            }
        }
    }

    private void take(RecordReader reader, Segment segment, long index) throws LogException {
        try {
            fields.reset(reader);
        } catch (MalformedException malformed) {
            throw Damage.at(segment.path(), reader.offset(), malformed.getMessage());
        }
        if (fields.index() != index) {
            throw Damage.at(segment.path(), reader.offset(), "entry " + fields.index() + " where " + index + " should be");
        }
        if (index < nextIndex) {
            return;
        }
        if (!entries.isEmpty() && bytes + fields.dataBytes() > mostBytes) {
            full = true;
            return;
        }
        bytes += fields.dataBytes();
        entries.add(fields.entry());
        nextIndex = index + 1;
    }
}
