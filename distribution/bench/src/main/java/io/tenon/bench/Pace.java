package io.tenon.bench;

import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/** Starts work at planned times, on one thread that sleeps exactly. */
final class Pace {
    private static final DelayQueue<Planned> QUEUE = new DelayQueue<>();

    static {
        Thread.ofPlatform().daemon().name("pace").start(Pace::run);
    }

    private Pace() {
    }

    private record Planned(long nanos, Runnable work) implements Delayed {

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(nanos - ((Planned) other).nanos, 0);
        }
    }

    static void at(long nanos, Runnable work) {
        QUEUE.add(new Planned(nanos, work));
    }

    private static void run() {
        try {
            while (true) {
                QUEUE.take().work.run();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
