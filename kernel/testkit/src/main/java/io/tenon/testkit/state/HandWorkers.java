package io.tenon.testkit.state;

import io.tenon.api.loop.WorkerPool;
import java.util.ArrayDeque;
import java.util.Queue;

/** A worker pool that works when the test says so, on the test's thread. */
public final class HandWorkers implements WorkerPool {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean full;

    /** When set, every further work is refused. */
    public void full(boolean full) {
        this.full = full;
    }

    @Override
    public boolean execute(Runnable work) {
        return !full && waiting.add(work);
    }

    public int waiting() {
        return waiting.size();
    }

    /** Runs what waits, and what that adds, until nothing waits. */
    public void runAll() {
        for (Runnable work = waiting.poll(); work != null; work = waiting.poll()) {
            work.run();
        }
    }
}
