package io.tenon.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** The part of the data directory that the launcher touches: that it exists, and the framework's own folder in it. */
record DataDirectory(Path path) {

    /** More processes than this on one data directory are none that anybody meant. */
    private static final int CACHES_MAX = 16;

    /** Whether a member has been started here before: then the bootstrap flags do not count. */
    boolean hasLog(Path walFolder) throws IOException {
        if (!Files.isDirectory(walFolder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(walFolder)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(".wal"));
        }
    }

    Path walFolder() {
        return path.resolve("member").resolve("wal");
    }

    /** Creates the directory for its owner alone, as etcd does. */
    void create() throws IOException {
        try {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new IOException("cannot create data directory " + path + ": " + reason(e), e);
        }
    }

    /**
     * An empty folder of this process alone for the framework's bundle cache, {@code member/tenon/felix-<n>}. The lock beside it keeps a
     * second process on the same directory off it; what a killed process left is cleared.
     */
    Cache claimCache() throws IOException {
        Path folder = path.resolve("member").resolve("tenon");
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (int number = 0; number < CACHES_MAX; number++) {
                FileChannel channel = FileChannel.open(folder.resolve("felix-" + number + ".lock"), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    var cache = new Cache(folder.resolve("felix-" + number), channel);
                    cache.clear();
                    return cache;
                }
                channel.close();
            }
        } catch (IOException e) {
            throw new IOException("cannot write to data directory " + path + ": " + reason(e), e);
        }
        throw new IOException("cannot use data directory " + path + ": " + CACHES_MAX + " processes use it already");
    }

    /** In the words of the operating system, where the JDK's exception has only a path. */
    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileAlreadyExistsException file -> file.getFile() + ": not a directory";
            case NotDirectoryException file -> file.getFile() + ": not a directory";
            case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }

    /** The framework's folder; the lock is held until {@link #close}. */
    record Cache(Path folder, FileChannel lock) implements AutoCloseable {

        private void clear() throws IOException {
            if (!Files.exists(folder)) {
                return;
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }

        /** Removes the folder and gives up the lock. */
        @Override
        public void close() throws IOException {
            clear();
            lock.close();
        }
    }
}
