package io.tenon.spi.log;

import java.nio.file.Path;

/**
 * Where a log lies.
 *
 * @param walDirectory      segments
 * @param snapshotDirectory {@code *.snap} files
 * @param segmentBytes      size at which a segment is cut; etcd's 64,000,000 outside tests
 * @param sync              false only for {@code --unsafe-no-fsync}
 * @param retention         files that are kept
 */
public record LogLocation(Path walDirectory, Path snapshotDirectory, long segmentBytes, boolean sync, Retention retention) {
    public static final long SEGMENT_BYTES = 64_000_000;

    /** Files to keep beyond what is needed; 0 keeps all. */
    public record Retention(int maxSnapshots, int maxWals) {
        public static final Retention DEFAULT = new Retention(5, 5);
    }

    public static LogLocation of(Path walDirectory, Path snapshotDirectory) {
        return new LogLocation(walDirectory, snapshotDirectory, SEGMENT_BYTES, true, Retention.DEFAULT);
    }
}
