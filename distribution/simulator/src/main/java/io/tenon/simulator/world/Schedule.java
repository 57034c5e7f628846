package io.tenon.simulator.world;

import java.util.PriorityQueue;

/** Virtual time: what is to happen when. Events of one instant happen in the order in which they were entered. */
public final class Schedule {
    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long nowNanos;
    private long entered;
    private long happened;

    private record Event(long atNanos, long number, Runnable work) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    public long nowNanos() {
        return nowNanos;
    }

    /** How many events have happened. */
    public long happened() {
        return happened;
    }

    public void after(long delayNanos, Runnable work) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException("event " + -delayNanos + " ns ago");
        }
        queue.add(new Event(nowNanos + delayNanos, entered++, work));
    }

    /** Lets the next event happen. False when there is none before this time; then it is this time. */
    public boolean next(long untilNanos) {
        Event event = queue.peek();
        if (event == null || event.atNanos >= untilNanos) {
            nowNanos = Math.max(nowNanos, untilNanos);
            return false;
        }
        queue.poll();
        nowNanos = event.atNanos;
        happened++;
        event.work.run();
        return true;
    }
}
