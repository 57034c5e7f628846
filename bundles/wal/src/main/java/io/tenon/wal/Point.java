package io.tenon.wal;

/**
 * Where an entry lies, and the running checksum before it, so that a reader can begin there and check what it reads.
 *
 * @param offset of the entry's frame
 */
record Point(long index, Segment segment, long offset, int crcBefore) {
}
