package io.tenon.storage.mvstore;

import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineCorruptException;
import java.nio.file.Path;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/** Whether a session may still be read, and what a failed read means. Shared by a session and its views. */
final class Gate {
    private final Path file;
    private volatile boolean closed;

    Gate(Path file) {
        this.file = file;
    }

    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    void checkOpen() {
        if (closed) {
            throw new EngineClosedException();
        }
    }

    /** After the session is closed whatever happens to a reader is because of that: the file may be gone under it. */
    RuntimeException readFailed(Throwable failure) {
        if (closed || failure instanceof MVStoreException mv && mv.getErrorCode() == DataUtils.ERROR_CLOSED) {
            return new EngineClosedException();
        }
        return corrupt(failure);
    }

    EngineCorruptException corrupt(Throwable failure) {
        return new EngineCorruptException(failure.getMessage() + "; " + whatToDo(file), failure);
    }

    /** The file has other bytes than were written, in contrast to a disk that fails. */
    static boolean isDamage(MVStoreException failure) {
        return failure.getErrorCode() == DataUtils.ERROR_FILE_CORRUPT || failure.getErrorCode() == DataUtils.ERROR_CHUNK_NOT_FOUND;
    }

    /** Ends the message of every report of damage. */
    static String whatToDo(Path file) {
        return "the store " + file + " is damaged: check the disk, move the data directory away and restart the member empty so that it"
                + " gets the data from the leader, or restore a snapshot";
    }
}
