package io.tenon.wal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Where work on files goes that nobody waits for: the next segment, and the removal of old ones. */
public interface Background extends Executor, AutoCloseable {

    /** Lets what was begun come to its end, within a limit, and ends the thread. Idempotent. */
    @Override
    void close();

    /** One thread that comes when there is work and goes when there is none for a while. */
    static Background thread(String name) {
        return new OneThread(name);
    }

    /** See {@link #thread}. */
    final class OneThread implements Background {
        private static final int QUEUE_MOST = 16;
        private static final long IDLE_SECONDS = 10;
        private static final long CLOSE_SECONDS = 30;
        private final ThreadPoolExecutor executor;

        OneThread(String name) {
            executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MOST),
                    Thread.ofPlatform().name(name).daemon().factory());
            executor.allowCoreThreadTimeOut(true);
        }

        /** @throws RejectedExecutionException too much waits, or it is closed */
        @Override
        public void execute(Runnable work) {
            executor.execute(work);
        }

        @Override
        public void close() {
            executor.shutdown();
            try {
                if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("background work on the log did not end in " + CLOSE_SECONDS + " seconds");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
