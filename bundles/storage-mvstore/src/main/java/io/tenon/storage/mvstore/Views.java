package io.tenon.storage.mvstore;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineView;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The newest snapshot of a session, and all that are still held. Published by the session's owner, opened by any thread. A store that was
 * replaced by a rewritten one is closed when the last snapshot of it is let go.
 */
final class Views {
    private final Gate gate;
    private final Set<Snapshot> held = ConcurrentHashMap.newKeySet();
    private volatile Snapshot newest;
    private volatile boolean closing;

    Views(Gate gate) {
        this.gate = gate;
    }

    LogMark applied() {
        return newest.applied();
    }

    /** Between two commits. */
    void publish(Store store, LogMark applied) {
        Snapshot[] made = new Snapshot[1];
        made[0] = new Snapshot(store, applied, gate, () -> unused(made[0]));
        held.add(made[0]);
        Snapshot before = newest;
        newest = made[0];
        if (before != null) {
            before.release();
        }
    }

    private void unused(Snapshot snapshot) {
        held.remove(snapshot);
        Store store = snapshot.store();
        if (store != newest.store() && held.stream().noneMatch(other -> other.store() == store)) {
            store.abandon();
        }
        synchronized (held) {
            held.notifyAll();
        }
    }

    EngineView open() {
        while (true) {
            if (closing) {
                throw new EngineClosedException();
            }
            Snapshot snapshot = newest;
            if (snapshot.acquire()) {
                return new MvStoreView(snapshot, gate);
            }
        }
    }

    /** Opens no more views and waits until all are closed, at most this long. */
    void awaitUnused(long timeoutNanos) {
        long deadlineNanos = System.nanoTime() + timeoutNanos;
        closing = true;
        newest.release();
        boolean interrupted = false;
        synchronized (held) {
            long left = timeoutNanos;
            while (!held.isEmpty() && left > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(held, left);
                } catch (InterruptedException stop) {
                    interrupted = true;
                    break;
                }
                left = deadlineNanos - System.nanoTime();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The session is closed: every snapshot lets go of its pages. */
    void revoke() {
        Store current = newest.store();
        for (Snapshot snapshot : held) {
            snapshot.revoke();
            if (snapshot.store() != current && !snapshot.store().isClosed()) {
                snapshot.store().abandon();
            }
        }
    }
}
