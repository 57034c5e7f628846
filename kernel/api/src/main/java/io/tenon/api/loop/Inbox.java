package io.tenon.api.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * A bounded queue of many producers and one consumer: the only way into a loop. A full inbox refuses; it never waits.
 *
 * <p>{@code head <= tail <= head + capacity} at all times. A producer claims a place by moving the tail, then fills it; the consumer
 * stops at the first place that is claimed and not yet filled, so order is the order of claims.
 */
public final class Inbox<T> {
    private final AtomicReferenceArray<T> places;
    private final int mask;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();
    private volatile Runnable wake = () -> { };

    /** @param capacity a power of two */
    public Inbox(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity " + capacity + " is not a power of two");
        }
        places = new AtomicReferenceArray<>(capacity);
        mask = capacity - 1;
    }

    /** Names what to call after each item that was taken in, usually {@link LoopHandle#wake()}. */
    public void onOffer(Runnable wake) {
        this.wake = wake;
    }

    /** Puts an item in and wakes the consumer. Any thread. False when the inbox is full: the item was not taken. */
    public boolean offer(T item) {
        long place = tail.get();
        while (true) {
            if (place - head.getAcquire() > mask) {
                return false;
            }
            if (tail.compareAndSet(place, place + 1)) {
                break;
            }
            place = tail.get();
        }
        // A volatile store, not a release: the wake that follows must not read "awake" before the item is visible.
        places.set((int) place & mask, item);
        wake.run();
        return true;
    }

    /** Hands up to {@code most} items to the consumer, oldest first, and returns how many. The owning loop alone. */
    public int drain(Consumer<? super T> consumer, int most) {
        long from = head.getPlain();
        int count = 0;
        while (count < most) {
            int slot = (int) (from + count) & mask;
            T item = places.getAcquire(slot);
            if (item == null) {
                break;
            }
            places.setPlain(slot, null);
            head.setRelease(from + ++count);
            consumer.accept(item);
        }
        return count;
    }

    /** How many items wait; exact only when nobody else touches the inbox. */
    public int size() {
        return (int) (tail.get() - head.getAcquire());
    }

    public int capacity() {
        return mask + 1;
    }
}
