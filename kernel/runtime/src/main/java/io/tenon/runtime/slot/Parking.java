package io.tenon.runtime.slot;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.StatusCode;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What a slot does while its provider changes: calls wait here, in order, bounded in number and in time. With a provider in place a call
 * costs one volatile read.
 *
 * @param <T> the contract
 */
final class Parking<T> {
    /** Calls that may wait; each keeps its request in the heap. */
    static final int MOST_CALLS = 65_536;
    /** How long a call waits for a provider. */
    static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String contract;
    private final ArrayDeque<Call<T>> calls = new ArrayDeque<>();
    private volatile Optional<T> provider = Optional.empty();

    private record Call<T>(Consumer<T> work, Reply<?> reply, long deadlineNanos) {
    }

    Parking(String contract) {
        this.contract = contract;
    }

    Optional<T> provider() {
        return provider;
    }

    void call(Consumer<T> work, Reply<?> reply) {
        Optional<T> now = provider;
        if (now.isPresent()) {
            work.accept(now.get());
        } else {
            park(work, reply);
        }
    }

    private void park(Consumer<T> work, Reply<?> reply) {
        Optional<T> now;
        synchronized (this) {
            now = provider;
            if (now.isEmpty() && calls.size() < MOST_CALLS) {
                calls.add(new Call<>(work, reply, System.nanoTime() + LONGEST_WAIT_NANOS));
                return;
            }
        }
        if (now.isPresent()) {
            work.accept(now.get());
        } else {
            reply.refuse(unavailable());
        }
    }

    /** Puts a provider in place; the calls that waited go first. */
    synchronized void provide(T now) {
        for (Call<T> call = calls.poll(); call != null; call = calls.poll()) {
            call.work.accept(now);
        }
        provider = Optional.of(now);
        notifyAll();
    }

    /** Takes a provider away, if it is the one in place. */
    synchronized void withdraw(T gone) {
        if (provider.isPresent() && provider.get() == gone) {
            provider = Optional.empty();
        }
    }

    /** Answers calls that waited too long. */
    void expire(long nowNanos) {
        ArrayDeque<Call<T>> late = new ArrayDeque<>();
        synchronized (this) {
            while (!calls.isEmpty() && nowNanos - calls.peek().deadlineNanos >= 0) {
                late.add(calls.poll());
            }
        }
        late.forEach(call -> call.reply.refuse(unavailable()));
    }

    /**
     * For callers that may block: waits for a provider.
     *
     * @throws io.tenon.api.RefusedException none came in time
     */
    synchronized T await() {
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        while (provider.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw unavailable().asException();
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw unavailable().asException();
            }
        }
        return provider.get();
    }

    private Refusal unavailable() {
        return Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: " + contract + " is not available, its bundle is not deployed or restarting");
    }
}
