package io.tenon.storage.mvstore;

import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.storage.mvstore.file.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a session: {@code data.mv}, while it is being made {@code data.mv.new}, and {@code lock}. The lock is a file of its own,
 * because closing any channel of a file gives up the process's locks on it.
 */
final class Folder implements AutoCloseable {
    private static final String DATA = "data.mv";
    private static final String NEW = "data.mv.new";
    private static final String LOCK = "lock";

    private final Path path;
    private final EngineOptions options;
    private final Opener opener;
    private final FileChannel lock;

    /** Opens the disk that a file lies on. */
    interface Opener {
        Disk open(Path file) throws IOException;
    }

    private Folder(Path path, EngineOptions options, Opener opener, FileChannel lock) {
        this.path = path;
        this.options = options;
        this.opener = opener;
        this.lock = lock;
    }

    /** Locks the folder, which is created when absent. */
    static Folder open(Path path, EngineOptions options, Opener opener) throws EngineException {
        FileChannel lock = null;
        try {
            Files.createDirectories(path);
            lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw new OverlappingFileLockException();
            }
            return new Folder(path, options, opener, lock);
        } catch (OverlappingFileLockException held) {
            closeQuietly(lock, held);
            throw new EngineException("the store in " + path + " is in use: stop the other process that has this data directory open", held);
        } catch (IOException failure) {
            closeQuietly(lock, failure);
            throw new EngineException("cannot use " + path + " for the store: " + failure + "; check its owner and permissions", failure);
        }
    }

    private static void closeQuietly(FileChannel channel, Exception cause) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException second) {
            cause.addSuppressed(second);
        }
    }

    Path data() {
        return path.resolve(DATA);
    }

    Path path() {
        return path;
    }

    /** Opens the store; an empty folder gets an empty one. */
    Store openStore() throws IOException {
        Files.deleteIfExists(path.resolve(NEW));
        if (!Files.exists(data())) {
            requireEmpty();
            Store empty = makeStore();
            empty.commit();
            empty.close();
            replaceStore();
        }
        if (Files.size(data()) == 0) {
            throw ByteRows.corrupt(data() + " is empty");
        }
        return Store.open(opener.open(data()), options);
    }

    private void requireEmpty() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            List<String> others = files.map(file -> file.getFileName().toString()).filter(name -> !name.equals(LOCK)).toList();
            if (!others.isEmpty()) {
                throw new EngineCorruptException(data() + " is missing beside " + others + "; " + Gate.whatToDo(path));
            }
        }
    }

    /** A store in a new file beside the real one. */
    Store makeStore() throws IOException {
        Files.deleteIfExists(path.resolve(NEW));
        return Store.open(opener.open(path.resolve(NEW)), options);
    }

    /** Puts the new file, which is closed, in the place of the real one; durable on return. */
    void replaceStore() throws IOException {
        if (options.sync()) {
            force(path.resolve(NEW));
        }
        Files.move(path.resolve(NEW), data(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (options.sync()) {
            force(path);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    long usableBytes() throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
