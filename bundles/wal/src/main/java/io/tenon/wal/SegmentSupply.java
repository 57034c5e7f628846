package io.tenon.wal;

import io.tenon.spi.log.LogLocation;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.disk.DiskLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Has the next segment's file ready before it is needed, so that the writer does not wait for 64 MB.
 *
 * <p>The space is claimed and then filled with zeros. Claimed space alone makes each sync that touches new blocks also write the file
 * system's journal; see docs/formats/wal.md for the measurement. Filling takes as long as the disk takes for one segment, and happens
 * while the current one has half of its room left.
 */
final class SegmentSupply {
    private static final int ZEROS_BYTES = 1 << 20;

    /** A file of zeros under a temporary name, locked. */
    record Prepared(Path path, DiskFile file, DiskLock lock) {

        void discard(Disk disk) throws IOException {
            file.close();
            lock.close();
            disk.delete(path);
        }
    }

    private final Disk disk;
    private final LogLocation location;
    private final Background background;
    private Optional<CompletableFuture<Prepared>> next = Optional.empty();

    SegmentSupply(Disk disk, LogLocation location, Background background) {
        this.disk = disk;
        this.location = location;
        this.background = background;
    }

    /** Begins to prepare the file for a segment; nothing happens when that was begun before. */
    void prepare(long sequence) {
        if (next.isEmpty()) {
            next = Optional.of(CompletableFuture.supplyAsync(() -> make(sequence), background));
        }
    }

    /** Gives the file for a segment, and waits for it when need be. It is the caller's from then on. */
    Prepared take(long sequence) throws IOException {
        prepare(sequence);
        CompletableFuture<Prepared> made = next.orElseThrow();
        next = Optional.empty();
        try {
            return made.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof UncheckedIOException io) {
                throw io.getCause();
            }
            throw failed;
        }
    }

    private Prepared make(long sequence) {
        // etcd's names for it; a leftover is overwritten by whoever needs the name next.
        Path path = location.walDirectory().resolve(sequence % 2 + ".tmp");
        try {
            DiskFile file = disk.create(path);
            try {
                fill(file);
                return new Prepared(path, file, disk.lock(path));
            } catch (IOException failed) {
                file.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(Damage.io("prepare the next segment", path, failed));
        }
    }

    private void fill(DiskFile file) throws IOException {
        file.reserve(location.segmentBytes());
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, location.segmentBytes()));
        for (long at = 0; at < location.segmentBytes(); at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), location.segmentBytes() - at));
            file.writeFully(zeros, at);
        }
        file.sync();
    }

    /** Throws away what was prepared; what could not be prepared does not matter any more. The background must still run. */
    void close() throws IOException {
        if (next.isPresent() && next.get().handle((made, failed) -> failed == null).join()) {
            take(0).discard(disk);
        }
    }
}
