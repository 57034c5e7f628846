package io.tenon.runtime.loop;

import io.tenon.api.loop.WorkerPool;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bounded pool for reads that do not belong on an event loop. */
public final class ReadWorkers implements WorkerPool, AutoCloseable {
    /** Reads that may wait; beyond it calls are refused as too many. */
    public static final int MOST_WAITING = 4096;
    private static final Logger LOG = LoggerFactory.getLogger(ReadWorkers.class);
    private final ThreadPoolExecutor executor;

    public ReadWorkers(int threads) {
        executor = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().name("tenon-read-", 0).uncaughtExceptionHandler(ReadWorkers::onUncaught).factory());
        executor.allowCoreThreadTimeOut(true);
    }

    private static void onUncaught(Thread thread, Throwable failure) {
        LOG.error("a read failed without an answer thread={}", thread.getName(), failure);
    }

    @Override
    public boolean execute(Runnable work) {
        try {
            executor.execute(work);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    /** Drops what waits and gives what runs a bounded time. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
