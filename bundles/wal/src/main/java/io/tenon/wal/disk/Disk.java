package io.tenon.wal.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Every file operation of the log goes through here. What changed a directory (a new file, a rename, a removal) is durable only after
 * {@link #syncDirectory}; what changed a file only after its {@link DiskFile#sync}. Any thread.
 */
public interface Disk {

    /** Makes an empty file for its owner alone (0600), in the place of one that is there, open for reading and writing. */
    DiskFile create(Path file) throws IOException;

    /** Opens a file that exists for reading and writing. */
    DiskFile open(Path file) throws IOException;

    /** Opens a file that exists for reading alone. */
    DiskFile openForReading(Path file) throws IOException;

    /** Names in a directory in their natural order; none when there is no such directory. */
    List<String> names(Path directory) throws IOException;

    /** Makes the directory and those above it that are missing (0700); durable when this returns. */
    void createDirectories(Path directory) throws IOException;

    /** Moves a file or a directory in one step; a file at {@code to} is replaced. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file or an empty directory; nothing happens when there is none. */
    void delete(Path path) throws IOException;

    /** Makes the names in a directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * Takes the file for this process alone, against other members and against etcd, until the lock is closed. The lock follows the
     * file through renames.
     *
     * @throws IOException somebody else holds it
     */
    DiskLock lock(Path file) throws IOException;
}
