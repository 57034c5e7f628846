package io.tenon.storage.memory;

import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.export.CanonicalReader;
import io.tenon.spi.storage.export.CanonicalWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The folder of a session: {@code checkpoint}, while it is being written {@code checkpoint.new}, and {@code lock}. */
final class Folder implements AutoCloseable {
    private static final String CHECKPOINT = "checkpoint";
    private static final String NEW = "checkpoint.new";
    private static final String LOCK = "lock";
    private static final int READ_BUFFER_BYTES = 1 << 20;

    private final Path path;
    private final boolean synced;
    private final FileChannel lock;

    private Folder(Path path, boolean synced, FileChannel lock) {
        this.path = path;
        this.synced = synced;
        this.lock = lock;
    }

    /** Locks the folder, which is created when absent. */
    static Folder open(Path path, boolean synced) throws IOException {
        Files.createDirectories(path);
        FileChannel lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() == null) {
                throw new OverlappingFileLockException();
            }
            return new Folder(path, synced, lock);
        } catch (OverlappingFileLockException held) {
            lock.close();
            throw new EngineException("the store in " + path + " is in use: stop the other process that has this data directory open", held);
        }
    }

    Path path() {
        return path;
    }

    /** The last checkpoint; an empty folder has an empty state. */
    State load() throws IOException {
        Files.deleteIfExists(path.resolve(NEW));
        Path file = path.resolve(CHECKPOINT);
        if (!Files.exists(file)) {
            requireEmpty();
            return State.EMPTY;
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), READ_BUFFER_BYTES)) {
            NextState rows = new NextState(State.EMPTY);
            // Nothing in the file is longer than the file.
            new CanonicalReader(in, Files.size(file)).read(rows::put);
            return rows.done();
        } catch (EngineCorruptException damage) {
            throw new EngineCorruptException(file + " is damaged: " + damage.getMessage()
                    + "; move the data directory away and restart the member empty, or restore a snapshot", damage);
        }
    }

    private void requireEmpty() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            List<String> others = files.map(file -> file.getFileName().toString()).filter(name -> !name.equals(LOCK)).toList();
            if (!others.isEmpty()) {
                throw new EngineCorruptException(path.resolve(CHECKPOINT) + " is missing beside " + others
                        + "; move the data directory away and restart the member empty, or restore a snapshot");
            }
        }
    }

    /** Replaces the checkpoint; durable on return. Answers its size in bytes. */
    long save(State state) throws IOException {
        Path file = path.resolve(NEW);
        long size;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            new CanonicalWriter(Channels.newOutputStream(channel)).write(state);
            size = channel.size();
            if (synced) {
                channel.force(true);
            }
        }
        Files.move(file, path.resolve(CHECKPOINT), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (synced) {
            try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
        return size;
    }

    long checkpointBytes() throws IOException {
        Path file = path.resolve(CHECKPOINT);
        return Files.exists(file) ? Files.size(file) : 0;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
