package io.tenon.raft.driver;

import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogSession;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ExecutionException;

/**
 * Saves a snapshot that came from the leader on a thread of its own, because that takes long. One at a time; {@link #start} and
 * {@link #poll} belong to the raft loop.
 */
final class SnapshotSaver {
    private final LogSession log;
    private final Runnable wake;
    private Optional<Thread> thread = Optional.empty();
    private FutureTask<Snapshot> task;

    SnapshotSaver(LogSession log, Runnable wake) {
        this.log = log;
        this.wake = wake;
    }

    boolean isBusy() {
        return thread.isPresent();
    }

    void start(Snapshot snapshot) {
        task = new FutureTask<>(() -> save(snapshot)) {
            @Override
            protected void done() {
                wake.run();
            }
        };
        thread = Optional.of(Thread.ofPlatform().name("raft-snapshot").start(task));
    }

    private Snapshot save(Snapshot snapshot) throws LogException {
        log.saveSnapshot(snapshot);
        return snapshot;
    }

    /** The snapshot that has become durable since the last call. */
    Optional<Snapshot> poll() {
        if (thread.isEmpty() || !task.isDone()) {
            return Optional.empty();
        }
        thread = Optional.empty();
        try {
            return Optional.of(task.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a snapshot could not be saved: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("a task that was done did not answer", e);
        }
    }

    /** Waits for a save that is running. */
    void close() throws InterruptedException {
        if (thread.isPresent()) {
            thread.get().join();
        }
    }
}
