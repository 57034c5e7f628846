package io.tenon.wal;

import io.tenon.api.consensus.HardState;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.format.Messages;
import io.tenon.wal.format.RecordType;
import io.tenon.wal.format.RecordWriter;
import io.tenon.wal.format.SegmentName;
import java.io.IOException;

/** The segment that is being written, and the step to the next one. LOG loop. */
final class ActiveSegment {
    private final Disk disk;
    private final LogLocation location;
    private final LogIdentity identity;
    private final SegmentSupply supply;
    private final RecordWriter records;
    private Segment segment;
    private DiskFile file;

    ActiveSegment(Disk disk, LogLocation location, Recovered recovered, SegmentSupply supply) {
        this.disk = disk;
        this.location = location;
        this.supply = supply;
        identity = recovered.identity();
        segment = recovered.held().getLast().segment();
        Tail tail = recovered.tail();
        file = tail.file();
        records = new RecordWriter(file, tail.offset(), tail.crc());
    }

    Segment segment() {
        return segment;
    }

    RecordWriter records() {
        return records;
    }

    /** Writes what was encoded. */
    void write() throws IOException {
        records.flush();
    }

    /** Makes what was written durable. */
    void sync() throws IOException {
        if (location.sync()) {
            file.sync();
        }
    }

    /** Begins to prepare the next file once half of this one is used, so that a log that stays small never pays for it. */
    void prepareNext() {
        if (records.offset() >= location.segmentBytes() / 2) {
            supply.prepare(segment.name().sequence() + 1);
        }
    }

    boolean isFull() {
        return records.offset() >= location.segmentBytes();
    }

    /**
     * Ends this segment at its content and begins the next. The new one gets its name only when all of this one is durable and it is
     * itself complete, so a crash at any point leaves either the old end or the new.
     *
     * @return the new segment, locked
     */
    Held cut(long nextIndex, HardState state) throws IOException {
        file.truncate(records.offset());
        sync();
        file.close();
        SegmentName name = new SegmentName(segment.name().sequence() + 1, nextIndex);
        SegmentSupply.Prepared next = supply.take(name.sequence());
        file = next.file();
        records.continueIn(file);
        records.anchor();
        records.message(RecordType.METADATA, Messages.metadata(identity));
        if (!state.equals(HardState.EMPTY)) {
            records.state(state);
        }
        write();
        sync();
        segment = new Segment(location.walDirectory(), name);
        disk.rename(next.path(), segment.path());
        disk.syncDirectory(location.walDirectory());
        return new Held(segment, next.lock());
    }

    void close() throws IOException {
        file.close();
        supply.close();
    }
}
