package io.tenon.raft.driver;

import io.tenon.api.consensus.Snapshot;
import io.tenon.api.loop.LoopHost;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogSession;
import java.util.Optional;

/**
 * Saves a snapshot that came from the leader, away from the raft loop, because that takes long. One at a time; {@link #start} and
 * {@link #poll} belong to the raft loop.
 */
final class SnapshotSaver {
    private final LogSession log;
    private final LoopHost host;
    private final Runnable wake;
    private Optional<Snapshot> saving = Optional.empty();
    /** Written by whoever saves, last of all. */
    private volatile Optional<Outcome> outcome = Optional.empty();

    /** How a save ended. */
    private record Outcome(Optional<Exception> failure) {
    }

    SnapshotSaver(LogSession log, LoopHost host, Runnable wake) {
        this.log = log;
        this.host = host;
        this.wake = wake;
    }

    boolean isBusy() {
        return saving.isPresent();
    }

    void start(Snapshot snapshot) {
        saving = Optional.of(snapshot);
        host.runBlocking("raft-snapshot", () -> save(snapshot));
    }

    private void save(Snapshot snapshot) {
        try {
            log.saveSnapshot(snapshot, () -> ended(Optional.empty()));
        } catch (LogException | RuntimeException failure) {
            ended(Optional.of(failure));
        }
    }

    private void ended(Optional<Exception> failure) {
        outcome = Optional.of(new Outcome(failure));
        wake.run();
    }

    /** The snapshot that has become durable since the last call. */
    Optional<Snapshot> poll() {
        if (saving.isEmpty() || outcome.isEmpty()) {
            return Optional.empty();
        }
        outcome.get().failure().ifPresent(failure -> {
            throw new IllegalStateException("a snapshot could not be saved: " + failure.getMessage(), failure);
        });
        Optional<Snapshot> saved = saving;
        saving = Optional.empty();
        outcome = Optional.empty();
        return saved;
    }
}
