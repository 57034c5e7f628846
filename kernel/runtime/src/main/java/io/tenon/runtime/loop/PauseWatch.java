package io.tenon.runtime.loop;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports when the whole process stood still: a garbage collection, a stopped process, a machine without time for it. A thread that does nothing but
 * sleep notices, because it wakes late; a disk that one loop waits for does not disturb it. Nothing else depends on it: whoever counts time
 * looks at its own clock.
 */
public final class PauseWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PauseWatch.class);
    private static final long SLEEP_MILLIS = 100;

    private final long reportedFromMillis;
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final Thread thread;
    private volatile boolean closed;

    /** @param reportedFromMillis how late it has to be to be worth a line: half an election timeout, after which others begin to notice */
    public PauseWatch(long reportedFromMillis) {
        this.reportedFromMillis = reportedFromMillis;
        thread = Thread.ofPlatform().name("tenon-pauses").daemon().start(this::watch);
    }

    private void watch() {
        long beforeNanos = System.nanoTime();
        long collectedBefore = collectionMillis();
        while (!closed) {
            try {
                Thread.sleep(SLEEP_MILLIS);
            } catch (InterruptedException end) {
                return;
            }
            long nowNanos = System.nanoTime();
            long collected = collectionMillis();
            long lateMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - beforeNanos) - SLEEP_MILLIS;
            if (lateMillis >= reportedFromMillis) {
                LOG.warn("the process stood still took-ms={} garbage-collection-ms={}", lateMillis, collected - collectedBefore);
            }
            beforeNanos = nowNanos;
            collectedBefore = collected;
        }
    }

    private long collectionMillis() {
        long sum = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            sum += Math.max(0, collector.getCollectionTime());
        }
        return sum;
    }

    /** Joins its thread. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
