package io.tenon.wal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.consensus.HardState;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.format.BrokenRecordException;
import io.tenon.wal.format.EntryFields;
import io.tenon.wal.format.MalformedException;
import io.tenon.wal.format.Messages;
import io.tenon.wal.format.RecordReader;
import io.tenon.wal.format.TornTail;
import io.tenon.wire.etcdserverpb.Metadata;
import io.tenon.wire.walpb.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One pass over segments: checks every record and keeps what is needed to know what the log comes to, which is little. Whether a snapshot
 * record counts depends on the last commit, so entries and snapshots are kept in their order and judged later.
 */
final class LogScan {

    /** What was found, in order. */
    sealed interface Found {

        /** Entries of one term, one after another without a point in between. */
        record Run(Point point, long lastIndex, long term) implements Found {
        }

        /** A snapshot record. */
        record SnapshotMark(long index, long term) implements Found {
        }
    }

    private static final int IDENTIFY_BYTES = 4096;

    private final Disk disk;
    private final EntryFields fields = new EntryFields();
    private final List<Found> found = new ArrayList<>();
    private HardState hardState = HardState.EMPTY;
    private Optional<ByteString> metadata = Optional.empty();
    private long endOffset;
    private int crc;
    private long lostBytes;

    private Optional<Point> runPoint = Optional.empty();
    private long runLast;
    private long runTerm;

    private LogScan(Disk disk) {
        this.disk = disk;
    }

    /** Reads the segments; they must be all from some one to the last. */
    static LogScan of(Disk disk, List<Segment> segments) throws LogException {
        LogScan scan = new LogScan(disk);
        for (Segment segment : segments) {
            try {
                scan.read(segment, segment == segments.getFirst(), segment == segments.getLast());
            } catch (IOException failed) {
                throw Damage.io("read", segment.path(), failed);
            }
        }
        return scan;
    }

    List<Found> found() {
        return found;
    }

    HardState hardState() {
        return hardState;
    }

    /** Where the last segment's records end. */
    long endOffset() {
        return endOffset;
    }

    int crc() {
        return crc;
    }

    /** Bytes after the last whole record that a crash left there; 0 when there are none. */
    long lostBytes() {
        return lostBytes;
    }

    /** Is there a snapshot record for this, that the log had committed? */
    boolean confirms(long index, long term) {
        return index <= hardState.commit() && found.contains(new Found.SnapshotMark(index, term));
    }

    LogIdentity identity(Segment segment) throws LogException {
        ByteString bytes = metadata.orElseThrow(() -> Damage.at(segment.path(), 0, "no metadata record"));
        try {
            return Messages.identity(Metadata.parseFrom(bytes));
        } catch (InvalidProtocolBufferException malformed) {
            throw Damage.at(segment.path(), 0, "the metadata record does not parse: " + malformed.getMessage());
        }
    }

    /** Whose log this is, from the beginning of one segment. */
    static LogIdentity identify(Disk disk, Segment segment) throws LogException {
        LogScan scan = new LogScan(disk);
        try (DiskFile file = disk.openForReading(segment.path())) {
            RecordReader reader = new RecordReader(file, IDENTIFY_BYTES);
            reader.startAtAnchor();
            while (scan.metadata.isEmpty() && reader.next()) {
                scan.take(reader, segment);
            }
        } catch (BrokenRecordException broken) {
            throw Damage.corrupt(segment.path(), broken);
        } catch (MalformedException | IOException failed) {
            throw new LogException("cannot read " + segment.path() + ": " + failed.getMessage(), failed);
        }
        return scan.identity(segment);
    }

    private void read(Segment segment, boolean first, boolean last) throws IOException {
        try (DiskFile file = disk.openForReading(segment.path())) {
            RecordReader reader = new RecordReader(file, RecordReader.SCAN_BYTES);
            if (first) {
                reader.startAtAnchor();
            } else {
                reader.startAt(0, crc);
            }
            readRecords(reader, segment, new TornTail(file), last);
            endRun();
            endOffset = reader.offset();
            crc = reader.crcAfter();
        }
    }

    /** Reads to the end of the data. Only the last segment has a tail that may be torn. */
    private void readRecords(RecordReader reader, Segment segment, TornTail tail, boolean last) throws IOException {
        try {
            while (reader.next()) {
                take(reader, segment);
            }
            // A lost sector in a batch can leave zeros where a length should be, and the rest of the batch behind them.
            lostBytes = tail.endOfData(reader.offset()) - reader.offset();
            if (lostBytes > 0 && !last) {
                throw Damage.at(segment.path(), reader.offset(), "the records end before the file does");
            }
        } catch (BrokenRecordException broken) {
            if (!last || !tail.explains(broken)) {
                throw Damage.corrupt(segment.path(), broken);
            }
            lostBytes = tail.endOfData(broken.offset()) - broken.offset();
        } catch (MalformedException malformed) {
            throw Damage.at(segment.path(), reader.offset(), malformed.getMessage());
        }
    }

    private void take(RecordReader reader, Segment segment) throws MalformedException, LogException {
        switch (reader.type()) {
            case METADATA -> takeMetadata(reader, segment);
            case ENTRY -> takeEntry(reader, segment);
            case STATE -> hardState = fields.state(reader);
            case CRC -> { } // the reader has checked it
            case SNAPSHOT -> takeSnapshot(reader);
        }
    }

    private void takeMetadata(RecordReader reader, Segment segment) throws LogException {
        ByteString bytes = data(reader);
        if (metadata.isPresent() && !metadata.get().equals(bytes)) {
            throw Damage.at(segment.path(), reader.offset(), "conflicting metadata found: its member or cluster id differs from the segments before it");
        }
        metadata = Optional.of(bytes);
    }

    private void takeEntry(RecordReader reader, Segment segment) throws MalformedException {
        fields.reset(reader);
        long index = fields.index();
        if (index < 1) {
            throw new MalformedException("an entry with index " + index);
        }
        boolean continues = runPoint.isPresent() && index == runLast + 1 && fields.term() == runTerm
                && reader.offset() - runPoint.get().offset() < Timeline.STRIDE_BYTES;
        if (!continues) {
            endRun();
            runPoint = Optional.of(new Point(index, segment, reader.offset(), reader.crcBefore()));
            runTerm = fields.term();
        }
        runLast = index;
    }

    private void takeSnapshot(RecordReader reader) throws MalformedException {
        endRun();
        try {
            Snapshot snapshot = Snapshot.parseFrom(data(reader));
            found.add(new Found.SnapshotMark(snapshot.getIndex(), snapshot.getTerm()));
        } catch (InvalidProtocolBufferException unreadable) {
            throw new MalformedException("a snapshot record that does not parse: " + unreadable.getMessage());
        }
    }

    private void endRun() {
        runPoint.ifPresent(point -> found.add(new Found.Run(point, runLast, runTerm)));
        runPoint = Optional.empty();
    }

    private static ByteString data(RecordReader reader) {
        return ByteString.copyFrom(reader.buffer().slice(reader.dataStart(), reader.dataEnd() - reader.dataStart()));
    }
}
