package io.tenon.wal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The machine's own files. */
public final class LocalDisk implements Disk {
    private static final FileAttribute<?> OWNER_FILE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_DIRECTORY = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int ZEROS_BYTES = 1 << 20;

    private final Optional<NativeFiles> nativeFiles = NativeFiles.load();

    @Override
    public DiskFile create(Path file) throws IOException {
        Files.deleteIfExists(file);
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new LocalFile(file, FileChannel.open(file, options, attributes(file, OWNER_FILE)));
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return new LocalFile(file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public DiskFile openForReading(Path file) throws IOException {
        return new LocalFile(file, FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        Files.createDirectory(directory, attributes(directory, OWNER_DIRECTORY));
        if (parent != null) {
            syncDirectory(parent);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public DiskLock lock(Path file) throws IOException {
        return nativeFiles.isPresent() ? nativeFiles.get().lock(file) : lockByChannel(file);
    }

    /** Holds against other processes of this kind only as long as nobody closes another channel of the file; see NativeFiles. */
    private static DiskLock lockByChannel(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel::close;
            }
        } catch (OverlappingFileLockException held) {
            channel.close();
            throw new IOException(file + " is locked by this process", held);
        }
        channel.close();
        throw new IOException(file + " is locked: another process uses this data directory");
    }

    private static FileAttribute<?>[] attributes(Path path, FileAttribute<?> ownerOnly) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] {ownerOnly} : new FileAttribute<?>[0];
    }

    private final class LocalFile implements DiskFile {
        private final Path path;
        private final FileChannel channel;

        LocalFile(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            return channel.write(bytes, position);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void reserve(long sizeBytes) throws IOException {
            if (sizeBytes <= channel.size()) {
                return;
            }
            if (nativeFiles.isEmpty() || !nativeFiles.get().reserve(path, sizeBytes)) {
                fillWithZeros(sizeBytes);
            }
        }

        private void fillWithZeros(long sizeBytes) throws IOException {
            ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
            long at = channel.size();
            while (at < sizeBytes) {
                zeros.clear().limit((int) Math.min(ZEROS_BYTES, sizeBytes - at));
                at += channel.write(zeros, at);
            }
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            channel.truncate(sizeBytes);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
