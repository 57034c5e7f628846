package io.tenon.transport.http;

import java.time.Duration;

/** An instant up to which threads are waited for. */
record Deadline(long nanos) {

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** False when the thread still runs then; a thread that waits for itself does not. */
    boolean join(Thread thread) {
        try {
            return thread == Thread.currentThread() || thread.getState() == Thread.State.NEW
                    || thread.join(Duration.ofNanos(Math.max(1, nanos - System.nanoTime())));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
