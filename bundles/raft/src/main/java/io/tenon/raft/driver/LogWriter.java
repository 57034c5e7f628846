package io.tenon.raft.driver;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;
import io.tenon.api.loop.Inbox;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.Outbox;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings what an outbox wants stored to the log, and brings back what was to wait for it. Stores become durable in the order of outboxes;
 * many may be on their way at once. Owned by the raft loop, but for {@link Store#run}.
 *
 * <p>A commit index that moved and nothing else is not worth a write of its own: it goes with the next store, or at a tick. It may be lost
 * in a crash, since a leader tells it again.
 */
final class LogWriter {
    /** Stores on their way to the disk; more proposals and messages are taken when some are durable. */
    static final int MOST_IN_FLIGHT = 1024;

    /** What is to be done when a store is durable. */
    interface Continuation {
        /** Messages that may leave now, those to this member itself among them. */
        void release(List<Message> messages);

        void durable(Input.Durable durable);
    }

    /** One store on its way. */
    private final class Store implements Runnable {
        private final LogAppend append;
        private List<Message> messages;
        private Optional<Input.Durable> durable;

        Store(Outbox outbox, Optional<HardState> hardState) {
            append = new LogAppend(outbox.entries(), hardState, outbox.mustSync(), this);
            messages = outbox.whenDurable();
            durable = outbox.durable();
        }

        /** The commit index alone: nothing waits for it. */
        Store(HardState hardState) {
            append = new LogAppend(List.<Entry>of(), Optional.of(hardState), false, this);
            messages = List.of();
            durable = Optional.empty();
        }

        /** On the log's loop. The inbox holds all that may be in flight, so it cannot be full. */
        @Override
        public void run() {
            if (!done.offer(this)) {
                throw new IllegalStateException("more than " + done.capacity() + " stores were on their way");
            }
        }

        void alsoRelease(List<Message> more) {
            var all = new ArrayList<>(messages);
            all.addAll(more);
            messages = all;
        }
    }

    private final LogSession log;
    private final Continuation continuation;
    private final Inbox<Store> done = new Inbox<>(2 * MOST_IN_FLIGHT);
    /** Oldest first: what the log has taken, then what it has not taken yet. */
    private final ArrayDeque<Store> inFlight = new ArrayDeque<>();
    private final ArrayDeque<Store> refused = new ArrayDeque<>();
    private Optional<HardState> heldBack = Optional.empty();

    LogWriter(LogSession log, Continuation continuation) {
        this.log = log;
        this.continuation = continuation;
    }

    void onDurable(Runnable wake) {
        done.onOffer(wake);
    }

    /** True when the disk is so far behind that nothing should be added. */
    boolean isBehind() {
        return !refused.isEmpty() || inFlight.size() >= MOST_IN_FLIGHT;
    }

    /** Takes an outbox without a snapshot. */
    void store(Outbox outbox) {
        if (outbox.hardState().isPresent()) {
            heldBack = outbox.hardState();
        }
        if (outbox.mustSync()) {
            begin(new Store(outbox, takeHeldBack()));
        } else if (!outbox.whenDurable().isEmpty()) {
            afterAllBefore(outbox.whenDurable());
        }
    }

    private Optional<HardState> takeHeldBack() {
        Optional<HardState> hardState = heldBack;
        heldBack = Optional.empty();
        return hardState;
    }

    /** Nothing new has to be durable for these, only everything before. */
    private void afterAllBefore(List<Message> messages) {
        Store last = refused.isEmpty() ? inFlight.peekLast() : refused.peekLast();
        if (last == null) {
            continuation.release(messages);
        } else {
            last.alsoRelease(messages);
        }
    }

    private void begin(Store store) {
        if (refused.isEmpty() && log.append(store.append)) {
            inFlight.add(store);
        } else {
            refused.add(store);
        }
    }

    /** Finishes what has become durable and offers again what the log refused; returns how many stores were worked on. */
    int proceed() {
        int finished = done.drain(this::finish, MOST_IN_FLIGHT);
        while (!refused.isEmpty() && log.append(refused.peek().append)) {
            inFlight.add(refused.remove());
        }
        return finished;
    }

    private void finish(Store store) {
        Store oldest = inFlight.remove();
        if (oldest != store) {
            throw new IllegalStateException("a store became durable before " + oldest.append.entries().size() + " entries that came earlier");
        }
        if (!store.messages.isEmpty()) {
            continuation.release(store.messages);
        }
        store.durable.ifPresent(continuation::durable);
    }

    /** Writes a commit index that has waited long enough. */
    void flush() {
        if (heldBack.isPresent() && inFlight.isEmpty() && refused.isEmpty()) {
            begin(new Store(takeHeldBack().get()));
        }
    }

    /** What the disk is to finish next; the same object as long as it has not. Empty when nothing is on its way. */
    Optional<Object> oldestInFlight() {
        return Optional.ofNullable(inFlight.isEmpty() ? refused.peek() : inFlight.peek());
    }

    boolean isIdle() {
        return inFlight.isEmpty() && refused.isEmpty();
    }
}
