package io.tenon.api.loop;

/** A few threads for reads that are too long for an event loop or may touch the disk. Provided by the kernel as a slot. */
public interface WorkerPool {

    /** Runs the work soon. False when too much waits already: nothing was taken, refuse the call as overloaded. */
    boolean execute(Runnable work);
}
