package io.tenon.api.loop;

/**
 * Gives loops their threads, by the thread plan of the node, and is the only source of time and of other threads for whoever has loops: so a
 * whole node runs on one thread and under a clock that does not go by itself. Provided by the kernel as a slot.
 */
public interface LoopHost {

    /**
     * Starts to step the loop. When a step throws, the error is logged once with the loop's name and the node halts: state that
     * was half changed is not served.
     *
     * @param name for logs and thread dumps
     */
    LoopHandle attach(LoopRole role, String name, Loop loop);

    /** The clock that steps are told: monotonic, of no particular origin. Any thread. */
    long nowNanos();

    /**
     * Runs work that waits for a disk or a network, on a thread that no loop uses, soon. Whoever calls bounds how much of it there is.
     * Work must not throw: a failure is answered by whatever means the work has. Any thread.
     *
     * @param name for logs and thread dumps
     */
    void runBlocking(String name, Runnable work);
}
