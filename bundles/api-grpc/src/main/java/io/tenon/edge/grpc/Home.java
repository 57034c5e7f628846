package io.tenon.edge.grpc;

import io.netty.util.concurrent.EventExecutor;
import io.tenon.api.CallContext;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back to one event loop for answers from other threads. Whoever finds the queue empty wakes the loop; all that comes until the
 * loop looks costs one exchange each and shares the wake-up and the flush. The queue needs no limit of its own: each link belongs to a
 * call that the client port has admitted.
 *
 * <p>Any thread may hand work over; it runs on the event loop, in the order in which it came.
 */
final class Home implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Home.class);

    private final EventExecutor loop;
    private final CallContext anonymous = new CallContext(this, "");
    /** The newest completion, linked to those before it; null when the loop has taken all. */
    private final AtomicReference<Completion> newest = new AtomicReference<>();
    private final Runnable drain = this::drain;
    /** Calls that wait for an answer. Written by the event loop alone. */
    private final AtomicInteger callsInFlight = new AtomicInteger();

    Home(EventExecutor loop) {
        this.loop = loop;
    }

    EventExecutor loop() {
        return loop;
    }

    /** Brings an answer home. Never throws: when the event loop has ended, so have its calls. */
    void complete(Completion completion) {
        Completion before = newest.get();
        while (true) {
            completion.link(before);
            Completion found = newest.compareAndExchange(before, completion);
            if (found == before) {
                break;
            }
            before = found;
        }
        if (before == null) {
            wake();
        }
    }

    private void wake() {
        try {
            loop.execute(drain);
        } catch (RejectedExecutionException e) {
            LOG.debug("answers came after the client ports had closed");
        }
    }

    @Override
    public void execute(Runnable work) {
        complete(new Work(work));
    }

    private void drain() {
        Completion next = oldestFirst(newest.getAndSet(null));
        while (next != null) {
            Completion current = next;
            next = current.link();
            current.link(null);
            try {
                current.run();
            } catch (RuntimeException | Error e) {
                LOG.error("an answer could not be given", e);
            }
        }
    }

    /** Turns the links around: afterwards each leads to the one that came after it. */
    private static Completion oldestFirst(Completion newest) {
        Completion oldest = null;
        Completion current = newest;
        while (current != null) {
            Completion before = current.link();
            current.link(oldest);
            oldest = current;
            current = before;
        }
        return oldest;
    }

    /** What a service is told of a call that came here. */
    CallContext context(String token) {
        return token.isEmpty() ? anonymous : new CallContext(this, token);
    }

    /** Event loop. */
    void callBegins() {
        callsInFlight.setRelease(callsInFlight.getPlain() + 1);
    }

    /** Event loop. */
    void callEnds() {
        callsInFlight.setRelease(callsInFlight.getPlain() - 1);
    }

    boolean isIdle() {
        return callsInFlight.getAcquire() == 0;
    }

    /** Work that came as a plain runnable. */
    private static final class Work extends Completion.Linked {
        private final Runnable work;

        Work(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            work.run();
        }
    }
}
