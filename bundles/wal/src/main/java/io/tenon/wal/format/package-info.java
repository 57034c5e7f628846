/** Bytes: frames, records, the running checksum, names of files. Nothing here knows of threads or of Raft's rules. */
package io.tenon.wal.format;
