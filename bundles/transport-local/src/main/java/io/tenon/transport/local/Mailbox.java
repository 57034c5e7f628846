package io.tenon.transport.local;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What others put in for one member: messages, in a queue for each sender, and offers of snapshots. Each bundle that touches it has its own
 * view on the same JDK objects. Any thread puts in; the member's own thread takes out.
 *
 * @param links  sender to its queue of encoded messages and the bytes in it
 * @param offers parts of {@link SnapshotPipe}s
 * @param bell   has a permit when something may be there
 * @param closed the member is gone: nothing is taken out any more
 */
record Mailbox(ConcurrentMap<Long, Object[]> links, BlockingQueue<Object[]> offers, Semaphore bell, AtomicBoolean closed) {
    /** Messages that wait from one sender: as many as etcd's stream to a peer holds. */
    static final int MOST_MESSAGES_PER_PEER = 4_096;
    /** Bytes that wait from one sender; one message always fits. */
    static final long MOST_BYTES_PER_PEER = 64L << 20;
    /** Snapshots that wait to be taken up. */
    static final int MOST_OFFERS = 16;

    /** Receives what is taken out. */
    interface Taker {
        void message(byte[] encoded);

        void snapshot(SnapshotPipe pipe);
    }

    /** The queue of one sender. */
    private record Link(BlockingQueue<byte[]> messages, AtomicLong bytes) {

        @SuppressWarnings("unchecked")
        static Link of(Object[] parts) {
            return new Link((BlockingQueue<byte[]>) parts[0], (AtomicLong) parts[1]);
        }

        static Object[] parts() {
            return new Object[] {new ArrayBlockingQueue<byte[]>(MOST_MESSAGES_PER_PEER), new AtomicLong()};
        }

        boolean offer(byte[] message) {
            long before = bytes.getAndAdd(message.length);
            if (before > 0 && before + message.length > MOST_BYTES_PER_PEER || !messages.offer(message)) {
                bytes.addAndGet(-message.length);
                return false;
            }
            return true;
        }
    }

    static Mailbox create() {
        return new Mailbox(new ConcurrentHashMap<>(), new ArrayBlockingQueue<>(MOST_OFFERS), new Semaphore(0), new AtomicBoolean());
    }

    @SuppressWarnings("unchecked")
    static Mailbox of(Object[] parts) {
        return new Mailbox((ConcurrentMap<Long, Object[]>) parts[0], (BlockingQueue<Object[]>) parts[1], (Semaphore) parts[2],
                (AtomicBoolean) parts[3]);
    }

    Object[] parts() {
        return new Object[] {links, offers, bell, closed};
    }

    boolean isOpen() {
        return !closed.get();
    }

    /** False when the message was dropped, or may have been because the member goes. */
    boolean put(long from, byte[] message) {
        boolean put = isOpen() && Link.of(links.computeIfAbsent(from, _ -> Link.parts())).offer(message);
        ring();
        return put && isOpen();
    }

    /** One permit says it all; more would pile up for a member that takes nothing, and a semaphore has room for two billion. */
    private void ring() {
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    boolean offer(SnapshotPipe pipe) {
        boolean offered = isOpen() && offers.offer(pipe.parts());
        ring();
        return offered && isOpen();
    }

    /** Waits for something and takes out all that is there, a share of each sender in turn. Only the member's own thread. */
    void take(int share, Taker taker) {
        bell.acquireUninterruptibly();
        bell.drainPermits();
        boolean more = true;
        while (more && isOpen()) {
            more = false;
            for (Object[] offer = offers.poll(); offer != null; offer = offers.poll()) {
                taker.snapshot(SnapshotPipe.of(offer));
            }
            for (Object[] parts : links.values()) {
                more |= take(Link.of(parts), share, taker);
            }
        }
    }

    private boolean take(Link link, int share, Taker taker) {
        for (int taken = 0; taken < share && isOpen(); taken++) {
            byte[] message = link.messages().poll();
            if (message == null) {
                return false;
            }
            link.bytes().addAndGet(-message.length);
            taker.message(message);
        }
        return true;
    }

    /** Wakes the member's thread for the last time; answers the offers that nobody took up. */
    List<SnapshotPipe> close() {
        closed.set(true);
        bell.release();
        List<Object[]> left = new ArrayList<>();
        offers.drainTo(left);
        links.clear();
        return left.stream().map(SnapshotPipe::of).toList();
    }
}
