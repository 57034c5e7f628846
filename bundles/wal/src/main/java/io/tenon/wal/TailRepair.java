package io.tenon.wal;

import io.tenon.spi.log.LogLocation;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the last segment ready for appending: whole records, then zeros. */
final class TailRepair {
    private static final Logger LOG = LoggerFactory.getLogger(TailRepair.class);
    private static final int COPY_BYTES = 1 << 20;

    private final Disk disk;
    private final LogLocation location;
    private final Segment segment;

    TailRepair(Disk disk, LogLocation location, Segment segment) {
        this.disk = disk;
        this.location = location;
        this.segment = segment;
    }

    Tail prepare(LogScan scan) throws IOException {
        DiskFile file = disk.open(segment.path());
        try {
            if (scan.lostBytes() > 0) {
                keepCopy(file, scan.endOffset() + scan.lostBytes());
                LOG.warn("torn tail cut off file={} offset={} bytes={}; a copy is kept as *.broken", segment.path(), scan.endOffset(), scan.lostBytes());
            }
            // Cut and grown again, so that all that follows is zeros: what lies there would be read as records once the zeros before it are gone.
            file.truncate(scan.endOffset());
            file.reserve(location.segmentBytes());
            // What was read may only have been in the page cache. It is reported as durable from now on.
            file.sync();
            return new Tail(file, scan.endOffset(), scan.crc());
        } catch (IOException failed) {
            file.close();
            throw failed;
        }
    }

    private void keepCopy(DiskFile file, long bytes) throws IOException {
        Path path = location.walDirectory().resolve(segment.name() + ".broken");
        try (DiskFile copy = disk.create(path)) {
            ByteBuffer chunk = ByteBuffer.allocate(COPY_BYTES);
            for (long at = 0; at < bytes; at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(COPY_BYTES, bytes - at));
                file.readFully(chunk, at);
                copy.writeFully(chunk.flip(), at);
            }
            copy.sync();
        }
        disk.syncDirectory(location.walDirectory());
    }
}
