package io.tenon.wal.disk;

import java.io.Closeable;
import java.io.IOException;

/** An exclusive lock on a file; closing gives it back. Idempotent. */
public interface DiskLock extends Closeable {
    @Override
    void close() throws IOException;
}
