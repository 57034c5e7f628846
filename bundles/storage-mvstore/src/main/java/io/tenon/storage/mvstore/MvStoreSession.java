package io.tenon.storage.mvstore;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.SealedBatch;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/**
 * A session on MVStore. A commit is written but not synced; {@link #flush} syncs. Until then the state of the last flush stays on disk
 * whole, since nothing that it needs is overwritten, so a power failure leads back to it or to a later commit.
 */
final class MvStoreSession implements EngineSession {
    /** As much may be unsynced, and so keep space of older states; then a commit syncs by itself. */
    private static final long MOST_UNSYNCED_BYTES = 64L << 20;
    /** Below this share of live bytes in written chunks, {@link #reclaim} moves pages. */
    private static final int TARGET_FILL_PERCENT = 70;
    private static final long RECLAIM_BYTES_PER_SECOND = 200L << 20;
    private static final int LEAST_RECLAIM_BYTES = 256 << 10;
    private static final int MOST_RECLAIM_BYTES = 16 << 20;
    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Free space that is left alone when a commit is refused before it starts. */
    private static final long SPARE_DISK_BYTES = 4L << 20;

    private final Folder folder;
    private final EngineOptions options;
    private final Gate gate;
    private final Views views;
    /** Held by whoever writes; the engine's loop and, at the end, the closing thread. */
    private final ReentrantLock writing = new ReentrantLock();
    private Store store;
    private Changes changes;
    private Optional<EngineException> failed = Optional.empty();
    private volatile EngineSize size;

    private MvStoreSession(Folder folder, EngineOptions options, Store store) {
        this.folder = folder;
        this.options = options;
        this.store = store;
        gate = new Gate(folder.data());
        changes = new Changes(store);
        views = new Views(gate);
        views.publish(store, Changes.applied(store));
        size = measure();
    }

    static MvStoreSession open(Folder folder, EngineOptions options) throws EngineException {
        try {
            Store store = folder.openStore();
            store.sync();
            return new MvStoreSession(folder, options, store);
        } catch (IOException | RuntimeException | AssertionError failure) {
            try {
                folder.close();
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw openFailed(folder, failure);
        }
    }

    private static EngineException openFailed(Folder folder, Throwable failure) {
        return switch (failure) {
            case EngineCorruptException corrupt -> throw corrupt;
            case MVStoreException mv when mv.getErrorCode() == DataUtils.ERROR_WRITING_FAILED -> environment(folder, "open", mv);
            case MVStoreException mv when mv.getErrorCode() == DataUtils.ERROR_READING_FAILED -> environment(folder, "open", mv);
            case IOException io -> environment(folder, "open", io);
            case Throwable other -> throw new Gate(folder.data()).corrupt(other);
        };
    }

    private static EngineException environment(Folder folder, String what, Throwable failure) {
        return new EngineException("cannot " + what + " the store in " + folder.path() + ": " + failure.getMessage()
                + "; check free space, permissions and health of the disk", failure);
    }

    @Override
    public LogMark applied() {
        return views.applied();
    }

    @Override
    public void commit(SealedBatch batch, LogMark applied) throws EngineException {
        write("commit to", () -> {
            requireSpace(2 * batch.sizeBytes());
            changes.apply(batch, applied);
            store.commit();
            if (!options.sync() || store.unsyncedBytes() > MOST_UNSYNCED_BYTES) {
                store.sync();
            }
            views.publish(store, applied);
        });
    }

    private void requireSpace(long neededBytes) throws IOException {
        long usable = folder.usableBytes();
        if (usable < neededBytes + SPARE_DISK_BYTES) {
            throw new IOException("disk is full: " + usable + " bytes are free, " + (neededBytes + SPARE_DISK_BYTES) + " are needed");
        }
    }

    @Override
    public LogMark flush() throws EngineException {
        write("flush", store::sync);
        return applied();
    }

    @Override
    public EngineView view() {
        return views.open();
    }

    @Override
    public EngineSize size() {
        return size;
    }

    @Override
    public boolean reclaim(long budgetNanos) throws EngineException {
        boolean[] more = new boolean[1];
        write("compact", () -> {
            long bytes = (long) (RECLAIM_BYTES_PER_SECOND * (budgetNanos / 1e9));
            int step = Math.clamp(bytes, LEAST_RECLAIM_BYTES, MOST_RECLAIM_BYTES);
            if (store.fillPercent() < TARGET_FILL_PERCENT && store.moveLivePages(TARGET_FILL_PERCENT, step)) {
                store.commit();
                store.sync();
                views.publish(store, applied());
                more[0] = true;
            }
        });
        return more[0];
    }

    @Override
    public void defragment() throws EngineException {
        writing.lock();
        try {
            copyToNewFile();
            write("defragment", () -> {
                folder.replaceStore();
                store = folder.openStore();
                changes = new Changes(store);
                views.publish(store, applied());
            });
        } finally {
            writing.unlock();
        }
    }

    /** When this fails the session goes on with the file it has. */
    private void copyToNewFile() throws EngineException {
        requireUsable();
        try {
            requireSpace(store.inUseBytes());
            new Rewrite(folder, gate).copy(store, applied());
        } catch (IOException | RuntimeException | Error failure) {
            throw writeFailed(environment(folder, "defragment", failure), failure);
        }
    }

    private void requireUsable() throws EngineException {
        gate.checkOpen();
        if (failed.isPresent()) {
            throw new EngineException("the store takes no more writes since: " + failed.get().getMessage(), failed.get());
        }
    }

    /** Something that writes. */
    private interface Step {
        void run() throws IOException;
    }

    private void write(String what, Step step) throws EngineException {
        writing.lock();
        try {
            requireUsable();
        } catch (EngineException | RuntimeException refused) {
            writing.unlock();
            throw refused;
        }
        try {
            step.run();
            size = measure();
        } catch (IOException | RuntimeException | Error failure) {
            EngineException reason = environment(folder, what, failure);
            failed = Optional.of(reason);
            throw writeFailed(reason, failure);
        } finally {
            writing.unlock();
        }
    }

    /** A damaged page is reported as such, a bug of the caller is passed on, the rest is the disk's. */
    private EngineException writeFailed(EngineException reason, Throwable failure) {
        return switch (failure) {
            case MVStoreException mv when Gate.isDamage(mv) -> throw gate.corrupt(mv);
            case MVStoreException mv -> reason;
            case RuntimeException bug -> throw bug;
            case Error bug -> throw bug;
            case Throwable environment -> reason;
        };
    }

    /** Pages in the heap, for tests. */
    int cachedMiB() {
        return store.cachedMiB();
    }

    private EngineSize measure() {
        return new EngineSize(store.fileBytes(), store.inUseBytes());
    }

    @Override
    public void close() throws EngineException {
        writing.lock();
        try {
            if (gate.closed()) {
                return;
            }
            views.awaitUnused(CLOSE_WAIT_NANOS);
            gate.close();
            views.revoke();
            if (failed.isPresent()) {
                store.abandon();
            } else {
                store.close();
            }
        } catch (MVStoreException failure) {
            throw environment(folder, "close", failure);
        } finally {
            closeFolder();
            writing.unlock();
        }
    }

    private void closeFolder() throws EngineException {
        try {
            folder.close();
        } catch (IOException failure) {
            throw environment(folder, "unlock", failure);
        }
    }
}
