package io.tenon.wal;

import io.tenon.spi.log.LogException;
import io.tenon.wal.format.BrokenRecordException;
import java.io.IOException;
import java.nio.file.Path;

/** What is said when the files cannot be used. Each message names the file and what the operator can do. */
final class Damage {
    private static final String REPLACE = "Nothing was changed. Keep a copy of the directory; then remove this member from the cluster "
            + "and add it again with an empty data directory, or restore a backup.";

    private Damage() {
    }

    static LogException corrupt(Path file, BrokenRecordException broken) {
        return at(file, broken.offset(), broken.getMessage());
    }

    static LogException at(Path file, long offset, String reason) {
        return new LogException("%s is damaged at byte offset %d: %s. %s".formatted(file, offset, reason, REPLACE));
    }

    static LogException unusable(Path directory, String reason) {
        return new LogException("the log in %s cannot be used: %s. %s".formatted(directory, reason, REPLACE));
    }

    static LogException io(String doing, Path path, IOException cause) {
        if (cause instanceof LogException already) {
            return already;
        }
        return new LogException("cannot %s %s: %s. Check the disk, its free space and the permissions, then start again.".formatted(
                doing, path, cause.getMessage()), cause);
    }
}
