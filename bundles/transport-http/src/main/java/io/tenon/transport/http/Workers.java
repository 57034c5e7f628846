package io.tenon.transport.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bounded number of threads, each for one long piece of work. Any thread. */
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final String name;
    private final int most;
    private final Map<Thread, Runnable> underWay = new ConcurrentHashMap<>();
    private boolean closed;

    Workers(String name, int most) {
        this.name = name;
        this.most = most;
    }

    /**
     * Begins a piece of work; false when there are too many, or after the end.
     *
     * @param breakOff makes the work end soon; any thread, any number of times
     */
    synchronized boolean start(Runnable work, Runnable breakOff) {
        if (closed || underWay.size() >= most) {
            return false;
        }
        Thread thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> {
            try {
                work.run();
            } finally {
                underWay.remove(Thread.currentThread());
            }
        });
        underWay.put(thread, breakOff);
        thread.start();
        return true;
    }

    /** Breaks all off and waits for it; what a disk holds is left to end by itself. */
    void close(Deadline deadline) {
        synchronized (this) {
            closed = true;
        }
        underWay.values().forEach(Runnable::run);
        for (Thread thread : underWay.keySet()) {
            if (!deadline.join(thread)) {
                LOG.warn("a snapshot's thread does not end thread={}", thread.getName());
            }
        }
    }
}
