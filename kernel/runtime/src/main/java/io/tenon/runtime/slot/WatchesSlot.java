package io.tenon.runtime.slot;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.watch.WatchSink;
import io.tenon.api.watch.WatchStream;
import io.tenon.api.watch.Watches;
import io.tenon.spi.state.Handover;
import io.tenon.spi.watch.WatchEngine;
import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The slot of the watch service. It numbers the streams and keeps their sinks, so that streams stay open while the engine is replaced.
 * Requests are few beside events (which do not come this way), so one lock keeps their order and keeps them out of an engine that hands
 * over.
 */
final class WatchesSlot implements Watches {
    /** Requests that may wait for an engine; beyond it streams are ended. */
    private static final int MOST_PARKED = 65_536;

    private final Map<Long, WatchSink> sinks = new HashMap<>();
    private final ArrayDeque<Consumer<WatchEngine>> parked = new ArrayDeque<>();
    private Optional<WatchEngine> engine = Optional.empty();
    private Optional<Handover> handover = Optional.empty();
    private long lastStream;

    @Override
    public synchronized WatchStream open(CallContext context, WatchSink sink) {
        long stream = ++lastStream;
        sinks.put(stream, sink);
        pass(engineNow -> engineNow.open(stream, sink));
        return new Stream(stream);
    }

    private synchronized void pass(Consumer<WatchEngine> request) {
        if (engine.isPresent()) {
            request.accept(engine.get());
        } else if (parked.size() < MOST_PARKED) {
            parked.add(request);
        } else {
            throw io.tenon.api.Refusals.TOO_MANY_REQUESTS.asException();
        }
    }

    /** Puts an engine in place: first it takes over, then it gets what waited. */
    synchronized void provide(WatchEngine now) {
        if (handover.isPresent()) {
            now.takeOver(handover.get(), Map.copyOf(sinks));
            handover = Optional.empty();
        }
        for (Consumer<WatchEngine> request = parked.poll(); request != null; request = parked.poll()) {
            request.accept(now);
        }
        engine = Optional.of(now);
    }

    /** Takes an engine away; its watchers wait for the next one, which must know all that this one knew. */
    synchronized void withdraw(WatchEngine gone) {
        if (engine.isPresent() && engine.get() == gone) {
            engine = Optional.empty();
            handover = gone.handOver();
        }
    }

    private synchronized void forget(long stream) {
        if (sinks.remove(stream) != null) {
            pass(engineNow -> engineNow.close(stream));
        }
    }

    /** Ends every stream: the node stops. */
    synchronized void end(Refusal refusal) {
        sinks.values().forEach(sink -> sink.end(refusal));
        sinks.clear();
    }

    private final class Stream implements WatchStream {
        private final long number;

        Stream(long number) {
            this.number = number;
        }

        @Override
        public void create(WatchCreateRequest request) {
            pass(engineNow -> engineNow.create(number, request));
        }

        @Override
        public void cancel(WatchCancelRequest request) {
            pass(engineNow -> engineNow.cancel(number, request));
        }

        @Override
        public void requestProgress() {
            pass(engineNow -> engineNow.requestProgress(number));
        }

        @Override
        public void writable() {
            pass(engineNow -> engineNow.writable(number));
        }

        @Override
        public void close() {
            forget(number);
        }
    }
}
