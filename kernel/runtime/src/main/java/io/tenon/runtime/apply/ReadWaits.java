package io.tenon.runtime.apply;

import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ReadIndexReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Linearizable reads: each first gets an index from consensus (those that wait together share a round), then waits until that index is
 * applied and published. Owned by the apply loop but for {@link #ask}.
 */
final class ReadWaits {
    /** Reads that may wait at once; each takes a place among the apply loop's tasks when it is confirmed. */
    static final int MOST_WAITING = 65_536;

    private final Consumer<Runnable> onApplyLoop;
    private final long timeoutNanos;
    private final LongSupplier clockNanos;
    /** Confirmed, not applied yet; indexes are confirmed in ascending order but for a change of leader, so all are looked at. */
    private final ArrayDeque<Confirmed> confirmed = new ArrayDeque<>();
    /** The round failed or no consensus was there; asked again at the next tick. */
    private final Queue<Asked> again = new ConcurrentLinkedQueue<>();

    private final AtomicInteger waiting = new AtomicInteger();

    private record Confirmed(long index, Reply<Long> reply) {
    }

    private final class Asked implements ReadIndexReply {
        private final Reply<Long> reply;
        private final long deadlineNanos;

        Asked(Reply<Long> reply, long deadlineNanos) {
            this.reply = reply;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public void confirmed(long index) {
            onApplyLoop.accept(() -> confirmed.add(new Confirmed(index, reply)));
        }

        @Override
        public void failed() {
            again.add(this);
        }
    }

    ReadWaits(Consumer<Runnable> onApplyLoop, long timeoutNanos, LongSupplier clockNanos) {
        this.onApplyLoop = onApplyLoop;
        this.timeoutNanos = timeoutNanos;
        this.clockNanos = clockNanos;
    }

    /** Any thread. */
    void ask(Optional<Consensus> consensus, Reply<Long> reply) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
            return;
        }
        Asked asked = new Asked(reply, clockNanos.getAsLong() + timeoutNanos);
        if (consensus.isPresent()) {
            consensus.get().readIndex(asked);
        } else {
            again.add(asked);
        }
    }

    /** Lets go of the reads whose index is applied. Returns how many. */
    int release(long applied) {
        int released = 0;
        for (int left = confirmed.size(); left > 0; left--) {
            Confirmed wait = confirmed.poll();
            if (wait.index <= applied) {
                waiting.decrementAndGet();
                wait.reply.accept(wait.index);
                released++;
            } else {
                confirmed.add(wait);
            }
        }
        return released;
    }

    void tick(Optional<Consensus> consensus, long nowNanos) {
        List<Asked> retry = new ArrayList<>();
        for (Asked asked = again.poll(); asked != null; asked = again.poll()) {
            retry.add(asked);
        }
        for (Asked asked : retry) {
            if (nowNanos - asked.deadlineNanos >= 0) {
                waiting.decrementAndGet();
                asked.reply.refuse(Refusals.REQUEST_TIMED_OUT);
            } else if (consensus.isPresent()) {
                consensus.get().readIndex(asked);
            } else {
                again.add(asked);
            }
        }
    }

    void stop() {
        confirmed.forEach(wait -> wait.reply.refuse(Refusals.SERVER_STOPPED));
        confirmed.clear();
        for (Asked asked = again.poll(); asked != null; asked = again.poll()) {
            asked.reply.refuse(Refusals.SERVER_STOPPED);
        }
    }
}
