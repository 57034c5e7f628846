package io.tenon.runtime.loop;

import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of the node, made when the first loop of each is attached. */
public final class Threads implements LoopHost, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final long LONGEST_BLOCKING_SECONDS = 5;

    private final ThreadPlan plan;
    private final BiConsumer<String, Throwable> onFailure;
    private final Map<String, LoopThread> threads = new HashMap<>();
    private final ExecutorService blocking = Executors.newCachedThreadPool(Thread.ofPlatform().name("tenon-blocking-", 0).daemon().factory());
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

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void runBlocking(String name, Runnable work) {
        blocking.execute(() -> runNamed(name, work));
    }

    private void runNamed(String name, Runnable work) {
        Thread thread = Thread.currentThread();
        String idleName = thread.getName();
        thread.setName("tenon-" + name);
        try {
            work.run();
        } catch (Throwable failure) {
            onFailure.accept(name, failure);
        } finally {
            thread.setName(idleName);
        }
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
        endBlocking();
    }

    private void endBlocking() {
        blocking.shutdown();
        try {
            if (!blocking.awaitTermination(LONGEST_BLOCKING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("work that waits for the disk did not end in time limit-seconds={}", LONGEST_BLOCKING_SECONDS);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
