package io.tenon.lease;

import java.util.Arrays;

/**
 * When each place of the {@link LeaseTable} is to be looked at next: a binary heap over places that can also take one out of its middle.
 * Times are of a monotonic clock and are compared by difference, so they may wrap. One owner.
 */
final class Deadlines {
    private long[] atNanos = new long[16];
    /** The place's position in the heap + 1, 0 when it is not in it. */
    private int[] position = new int[16];
    private int[] heap = new int[16];
    private int size;

    int size() {
        return size;
    }

    boolean contains(int place) {
        return place < position.length && position[place] != 0;
    }

    void clear() {
        Arrays.fill(position, 0);
        size = 0;
    }

    /** Adds a place that is not in here. */
    void add(int place, long at) {
        if (contains(place)) {
            throw new IllegalStateException("place " + place + " has a deadline already");
        }
        if (place >= position.length) {
            int capacity = Math.max(place + 1, 2 * position.length);
            atNanos = Arrays.copyOf(atNanos, capacity);
            position = Arrays.copyOf(position, capacity);
            heap = Arrays.copyOf(heap, capacity);
        }
        atNanos[place] = at;
        up(size++, place);
    }

    /** Makes sure that a place that is in here is due at this time or before. Costs one comparison when it is. */
    void notAfter(int place, long at) {
        if (at - atNanos[place] < 0) {
            atNanos[place] = at;
            up(position[place] - 1, place);
        }
    }

    /** Takes a place out, if it is in. */
    void remove(int place) {
        if (!contains(place)) {
            return;
        }
        int hole = position[place] - 1;
        position[place] = 0;
        int last = heap[--size];
        if (last != place) {
            down(hole, last);
            up(position[last] - 1, last);
        }
    }

    /** True when a place is due. */
    boolean isDue(long nowNanos) {
        return size > 0 && atNanos[heap[0]] - nowNanos <= 0;
    }

    /** Takes out the place that is due first. */
    int poll() {
        int first = heap[0];
        remove(first);
        return first;
    }

    private void up(int from, int place) {
        int hole = from;
        while (hole > 0 && isBefore(place, heap[hole - 1 >>> 1])) {
            put(hole, heap[hole - 1 >>> 1]);
            hole = hole - 1 >>> 1;
        }
        put(hole, place);
    }

    private void down(int from, int place) {
        int hole = from;
        for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
            int smaller = child + 1 < size && isBefore(heap[child + 1], heap[child]) ? child + 1 : child;
            if (!isBefore(heap[smaller], place)) {
                break;
            }
            put(hole, heap[smaller]);
            hole = smaller;
        }
        put(hole, place);
    }

    private boolean isBefore(int place, int other) {
        return atNanos[place] - atNanos[other] < 0;
    }

    private void put(int at, int place) {
        heap[at] = place;
        position[place] = at + 1;
    }
}
