package io.tenon.storage.memory;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.SealedBatch;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** All rows in the heap. A flush writes them all to a file; what was not flushed is lost with the process. */
final class MemorySession implements EngineSession {
    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Folder folder;
    private final OpenViews views = new OpenViews();
    private volatile State state;
    private volatile long checkpointBytes;
    private State saved;
    private Optional<RuntimeException> failed = Optional.empty();

    private MemorySession(Folder folder, State state, long checkpointBytes) {
        this.folder = folder;
        this.state = state;
        this.saved = state;
        this.checkpointBytes = checkpointBytes;
    }

    static MemorySession open(Folder folder) throws IOException {
        return new MemorySession(folder, folder.load(), folder.checkpointBytes());
    }

    @Override
    public LogMark applied() {
        return state.applied();
    }

    @Override
    public synchronized void commit(SealedBatch batch, LogMark applied) throws EngineException {
        views.checkReadable();
        if (failed.isPresent()) {
            throw new EngineException("the store takes no more commits since: " + failed.get().getMessage(), failed.get());
        }
        try {
            state = new NextState(state).with(batch, applied);
        } catch (RuntimeException bug) {
            failed = Optional.of(bug);
            throw bug;
        }
    }

    @Override
    public synchronized LogMark flush() throws EngineException {
        views.checkReadable();
        save();
        return saved.applied();
    }

    private void save() throws EngineException {
        if (saved == state) {
            return;
        }
        try {
            checkpointBytes = folder.save(state);
            saved = state;
        } catch (IOException failure) {
            throw environment(folder, failure);
        }
    }

    static EngineException environment(Folder folder, IOException failure) {
        return new EngineException("cannot use the checkpoint in " + folder.path() + ": " + failure.getMessage()
                + "; check free space, permissions and health of the disk", failure);
    }

    @Override
    public EngineView view() {
        views.opened();
        return new MemoryView(state, views);
    }

    /** On disk is the checkpoint; a store that was never flushed has nothing there, though its rows are in use. */
    @Override
    public EngineSize size() {
        long rows = state.sizeBytes();
        return new EngineSize(Math.max(checkpointBytes, rows), rows);
    }

    @Override
    public boolean reclaim(long budgetNanos) {
        return false;
    }

    @Override
    public synchronized void defragment() throws EngineException {
        flush();
    }

    @Override
    public synchronized void close() throws EngineException {
        if (!views.close(CLOSE_WAIT_NANOS)) {
            return;
        }
        try (folder) {
            save();
        } catch (EngineException failure) {
            throw failure;
        } catch (IOException failure) {
            throw environment(folder, failure);
        }
    }
}
