package io.tenon.wal;

import io.tenon.spi.log.LogException;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.format.SegmentName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Which segments there are, and which of them a snapshot needs. */
final class Segments {

    private Segments() {
    }

    /** Oldest first; none when there is no log. */
    static List<Segment> in(Disk disk, Path directory) throws LogException {
        try {
            return disk.names(directory).stream().map(SegmentName::parse).flatMap(Optional::stream)
                    .sorted(Comparator.comparingLong(SegmentName::sequence)).map(name -> new Segment(directory, name)).toList();
        } catch (IOException failed) {
            throw Damage.io("list", directory, failed);
        }
    }

    /** The segment where reading begins for a snapshot: the last that was begun at or before its entry. */
    static OptionalInt firstNeeded(List<Segment> segments, long snapshotIndex) {
        for (int place = segments.size() - 1; place >= 0; place--) {
            if (segments.get(place).name().firstIndex() <= snapshotIndex) {
                return OptionalInt.of(place);
            }
        }
        return OptionalInt.empty();
    }

    /** A missing file in the middle is a missing part of the log. */
    static void requireContiguous(List<Segment> segments) throws LogException {
        for (int place = 1; place < segments.size(); place++) {
            long before = segments.get(place - 1).name().sequence();
            if (segments.get(place).name().sequence() != before + 1) {
                throw Damage.unusable(segments.get(place).directory(),
                        "a segment is missing between " + segments.get(place - 1).name() + " and " + segments.get(place).name());
            }
        }
    }
}
