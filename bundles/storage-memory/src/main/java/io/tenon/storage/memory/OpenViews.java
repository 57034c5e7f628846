package io.tenon.storage.memory;

import io.tenon.spi.storage.EngineClosedException;
import java.util.concurrent.TimeUnit;

/** Counts a session's open views and says when they may no longer be read. Any thread. */
final class OpenViews {
    private int open;
    private boolean closing;
    private volatile boolean closed;

    synchronized void opened() {
        if (closing) {
            throw new EngineClosedException();
        }
        open++;
    }

    synchronized void viewClosed() {
        open--;
        notifyAll();
    }

    void checkReadable() {
        if (closed) {
            throw new EngineClosedException();
        }
    }

    /** Lets no more views be opened, waits at most this long for the others, then ends reading. False when it was closed already. */
    synchronized boolean close(long timeoutNanos) {
        if (closing) {
            return false;
        }
        closing = true;
        long deadlineNanos = System.nanoTime() + timeoutNanos;
        boolean interrupted = false;
        for (long left = timeoutNanos; open > 0 && left > 0 && !interrupted; left = deadlineNanos - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException stop) {
                interrupted = true;
            }
        }
        closed = true;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
