package io.tenon.api.loop;

/**
 * A loop is an object that owns mutable state and works on it in bounded steps. It has no thread: a {@link LoopHost} gives it one, or a
 * test steps it by hand. Two calls of {@link #step} never overlap, and each happens before the next, whichever thread runs it.
 */
public interface Loop {
    /** {@link #wakeAtNanos()} of a loop that waits for its inbox alone. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Does a bounded amount of work.
     *
     * @param nowNanos the host's monotonic clock; never goes back. Loops read no other clock
     * @return how many items were worked on; 0 when there was nothing to do
     */
    int step(long nowNanos);

    /** The time at which this loop wants to be stepped even when nobody wakes it; {@link #NEVER} when there is none. */
    default long wakeAtNanos() {
        return NEVER;
    }
}
