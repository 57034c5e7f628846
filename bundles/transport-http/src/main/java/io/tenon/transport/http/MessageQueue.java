package io.tenon.transport.http;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Message;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Messages that wait to be sent, bounded in number and bytes. Any thread puts in, and wakes the one that takes out when it has put in all that it
 * has.
 */
final class MessageQueue {
    /** Bytes that wait; one message always fits. */
    static final long MOST_BYTES = 64L << 20;
    /** About what a message or an entry takes beside its data. */
    private static final int OVERHEAD_BYTES = 64;

    private final int most;
    private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    /** The thread that waits, while it does. */
    private volatile Thread sleeper;

    MessageQueue(int most) {
        this.most = most;
    }

    /** False when it is full: the message is not taken. */
    boolean offer(Message message) {
        long size = sizeBytes(message);
        long before = bytes.getAndAdd(size);
        if (before > 0 && before + size > MOST_BYTES) {
            bytes.addAndGet(-size);
            return false;
        }
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            bytes.addAndGet(-size);
            return false;
        }
        messages.add(message);
        return true;
    }

    private static long sizeBytes(Message message) {
        long size = OVERHEAD_BYTES + message.context().size() + message.snapshot().data().size();
        for (Entry entry : message.entries()) {
            size += OVERHEAD_BYTES + entry.data().size();
        }
        return size;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** The next message. */
    Optional<Message> poll() {
        Optional<Message> message = Optional.ofNullable(messages.poll());
        message.ifPresent(taken -> {
            count.decrementAndGet();
            bytes.addAndGet(-sizeBytes(taken));
        });
        return message;
    }

    /** Drops what waits; true when there was anything. */
    boolean clear() {
        boolean any = false;
        while (poll().isPresent()) {
            any = true;
        }
        return any;
    }

    /** Wakes the thread that takes out if it sleeps. A batch needs one call, at its end. */
    void wake() {
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Sleeps until something may be there, or the time is over. The thread that takes out alone. */
    void await(long nanos) {
        sleeper = Thread.currentThread();
        // Whoever puts something in after this look sees the sleeper.
        if (messages.isEmpty()) {
            LockSupport.parkNanos(this, nanos);
        }
        sleeper = null;
    }
}
