package io.tenon.runtime.loop;

import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * One thread that steps its loops round by round, in the order of their roles, and sleeps when a whole round found nothing to do.
 *
 * <p>No wake-up is lost: the thread first says that it sleeps, then looks once more, then sleeps; whoever brings work first makes the work
 * visible, then reads whether the thread sleeps. Both sides are sequentially consistent.
 */
final class LoopThread implements Runnable {
    /** A bound for sleeping, so that a wrong deadline can delay a loop but not hang it. */
    private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LONGEST_STOP_MILLIS = 5_000;

    private final Thread thread;
    private final BiConsumer<String, Throwable> onFailure;
    private final AtomicLong rounds = new AtomicLong();
    private volatile List<Attached> loops = List.of();
    private volatile boolean asleep;
    private volatile boolean stopped;

    LoopThread(String name, BiConsumer<String, Throwable> onFailure) {
        this.onFailure = onFailure;
        thread = Thread.ofPlatform().name(name).unstarted(this);
        thread.start();
    }

    synchronized LoopHandle attach(LoopRole role, String name, Loop loop) {
        Attached attached = new Attached(role, name, loop);
        List<Attached> next = new ArrayList<>(loops);
        next.add(attached);
        next.sort(Comparator.comparing(Attached::role));
        loops = List.copyOf(next);
        wake();
        return new Handle(attached);
    }

    private void detach(Attached attached) {
        synchronized (this) {
            List<Attached> next = new ArrayList<>(loops);
            if (!next.remove(attached)) {
                return;
            }
            loops = List.copyOf(next);
        }
        awaitRound();
    }

    /** Returns when a round that began before this call has ended, so that a loop taken off the list is not being stepped. */
    private void awaitRound() {
        if (Thread.currentThread() == thread) {
            return;
        }
        long before = rounds.get();
        while (rounds.get() < before + 2 && thread.isAlive()) {
            LockSupport.unpark(thread);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
        }
    }

    void wake() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends the thread after its current round; waits a bounded time for it. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(LONGEST_STOP_MILLIS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            if (round() == 0) {
                asleep = true;
                if (round() == 0 && !stopped) {
                    LockSupport.parkNanos(this, parkNanos());
                }
                asleep = false;
            }
        }
    }

    private int round() {
        int done = 0;
        long nowNanos = System.nanoTime();
        for (Attached attached : loops) {
            try {
                done += attached.loop.step(nowNanos);
            } catch (Throwable failure) {
                stopped = true;
                onFailure.accept(attached.name, failure);
                return 1; // neither this loop nor one that works with it is stepped again
            }
        }
        rounds.incrementAndGet();
        return done;
    }

    private long parkNanos() {
        long nowNanos = System.nanoTime();
        long park = LONGEST_PARK_NANOS;
        for (Attached attached : loops) {
            long wakeAt = attached.loop.wakeAtNanos();
            if (wakeAt != Loop.NEVER) {
                park = Math.min(park, Math.max(1, wakeAt - nowNanos));
            }
        }
        return park;
    }

    private record Attached(LoopRole role, String name, Loop loop) {
    }

    private final class Handle implements LoopHandle {
        private final Attached attached;

        Handle(Attached attached) {
            this.attached = attached;
        }

        @Override
        public void wake() {
            LoopThread.this.wake();
        }

        @Override
        public void close() {
            detach(attached);
        }
    }
}
