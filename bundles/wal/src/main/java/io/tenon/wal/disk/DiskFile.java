package io.tenon.wal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file, addressed by position. Reads may come from any thread; changes from its owner alone. */
public interface DiskFile extends Closeable {

    /** Writes some of the bytes at the position and returns how many; the file grows as needed. May be fewer than offered. */
    int write(ByteBuffer bytes, long position) throws IOException;

    /** Reads up to what the buffer takes; -1 at the end of the file. */
    int read(ByteBuffer into, long position) throws IOException;

    /** Makes contents and size durable (fdatasync). */
    void sync() throws IOException;

    /** Grows the file with zeros to a size and claims the space, so that later writes below it cannot fail for lack of it. */
    void reserve(long sizeBytes) throws IOException;

    /** Cuts the file. */
    void truncate(long sizeBytes) throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;

    /** Writes all of the bytes, in as many writes as it takes. */
    default void writeFully(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            int written = write(bytes, at);
            if (written <= 0) {
                throw new IOException("the disk took none of " + bytes.remaining() + " bytes at offset " + at);
            }
            at += written;
        }
    }

    /** Reads until the buffer is full or the file ends, and returns how many bytes came. */
    default int readFully(ByteBuffer into, long position) throws IOException {
        int count = 0;
        while (into.hasRemaining()) {
            int read = read(into, position + count);
            if (read < 0) {
                break;
            }
            count += read;
        }
        return count;
    }
}
