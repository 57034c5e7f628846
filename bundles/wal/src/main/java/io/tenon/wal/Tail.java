package io.tenon.wal;

import io.tenon.wal.disk.DiskFile;

/**
 * The end of the log.
 *
 * @param offset where the next record goes; all zeros from there on
 * @param crc    the running checksum there
 */
record Tail(DiskFile file, long offset, int crc) {
}
