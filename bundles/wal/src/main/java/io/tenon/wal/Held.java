package io.tenon.wal;

import io.tenon.wal.disk.DiskLock;

/** A segment that this session needs and therefore holds the lock of. */
record Held(Segment segment, DiskLock lock) {
}
