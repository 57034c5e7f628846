package io.tenon.runtime.loop;

import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The threads of the node, made when the first loop of each is attached. */
public final class Threads implements LoopHost, AutoCloseable {
    private final ThreadPlan plan;
    private final BiConsumer<String, Throwable> onFailure;
    private final Map<String, LoopThread> threads = new HashMap<>();
    private boolean closed;

    /** @param onFailure told once when a loop's step threw: its thread has stopped and the node must */
    public Threads(ThreadPlan plan, BiConsumer<String, Throwable> onFailure) {
        this.plan = plan;
        this.onFailure = onFailure;
    }

    @Override
    public synchronized LoopHandle attach(LoopRole role, String name, Loop loop) {
        if (closed) {
            throw new IllegalStateException("the node is stopped; loop " + name + " has no thread");
        }
        return threads.computeIfAbsent(plan.threadOf(role), thread -> new LoopThread(thread, onFailure)).attach(role, name, loop);
    }

    /** Stops every thread; each gets a bounded time. */
    @Override
    public void close() {
        Map<String, LoopThread> stopping;
        synchronized (this) {
            closed = true;
            stopping = Map.copyOf(threads);
            threads.clear();
        }
        for (LoopThread thread : stopping.values()) {
            thread.stop();
        }
    }
}
