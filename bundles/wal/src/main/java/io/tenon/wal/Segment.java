package io.tenon.wal;

import io.tenon.wal.format.SegmentName;
import java.nio.file.Path;

/** One file of the log. */
record Segment(Path directory, SegmentName name) {

    Path path() {
        return directory.resolve(name.toString());
    }
}
