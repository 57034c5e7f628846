package io.tenon.storage.mvstore.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one open file. Tests put one in place that forgets, tears or refuses what was written. */
public interface Disk extends Closeable {

    /** Fills {@code target} from {@code position}; stops early only at the end of the file. Any thread. */
    void read(ByteBuffer target, long position) throws IOException;

    /** Writes all of {@code source} at {@code position}. One thread at a time. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Everything written so far survives a power failure when this returns. */
    void sync() throws IOException;

    void truncate(long sizeBytes) throws IOException;

    long sizeBytes() throws IOException;
}
