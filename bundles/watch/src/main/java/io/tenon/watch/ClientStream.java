package io.tenon.watch;

import io.tenon.api.Refusal;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * One client's stream: its watchers, its way out, and what it is owed while its client does not read. Owned by the loop of its shard; only
 * {@link #close} and {@link #overflow} may be called by others.
 */
final class ClientStream {
    private final long number;
    private final WatchSink sink;
    private final Map<Long, Watcher> watchers = new LinkedHashMap<>();
    /** Watchers that are late or in a pass, those first that were not served longest. */
    private final Set<Watcher> late = new LinkedHashSet<>();
    private final Queue<WatchReply> owed = new ArrayDeque<>(2);
    private long nextId;
    /** For each progress request that is not answered yet, the revision that was current when it came. */
    private final Queue<Long> progressTargets = new ArrayDeque<>(2);
    private boolean blocked;
    private boolean clockRuns;
    private volatile boolean closed;
    private volatile boolean overflown;

    ClientStream(long number, WatchSink sink) {
        this.number = number;
        this.sink = sink;
    }

    long number() {
        return number;
    }

    Collection<Watcher> watchers() {
        return watchers.values();
    }

    Optional<Watcher> watcher(long id) {
        return Optional.ofNullable(watchers.get(id));
    }

    void add(Watcher watcher) {
        watchers.put(watcher.spec().id(), watcher);
    }

    void remove(Watcher watcher) {
        watchers.remove(watcher.spec().id());
    }

    Set<Watcher> late() {
        return late;
    }

    /** The requested id, or the next free one for 0, as etcd counts. Empty when it is in use. */
    Optional<Long> claimId(long requested) {
        if (requested != 0) {
            return watchers.containsKey(requested) ? Optional.empty() : Optional.of(requested);
        }
        while (watchers.containsKey(nextId)) {
            nextId++;
        }
        return Optional.of(nextId++);
    }

    long nextId() {
        return nextId;
    }

    void nextId(long id) {
        nextId = id;
    }

    /** The client reads too slowly: only {@link #answer} may be called, nothing is sent. */
    boolean blocked() {
        return blocked;
    }

    /** Sends now. Not while blocked. */
    void send(WatchReply reply) {
        if (!closed && !sink.send(reply)) {
            blocked = true;
        }
    }

    /** Sends an answer to a request, or owes it. False when too much is owed. */
    boolean answer(WatchReply reply) {
        if (!blocked) {
            send(reply);
            return true;
        }
        return owed.size() < WatchLimits.MOST_OWED_ANSWERS && owed.add(reply);
    }

    /** The client reads again: sends what is owed, in order, until it is too slow once more. */
    void unblock() {
        blocked = false;
        while (!blocked && !owed.isEmpty()) {
            send(owed.remove());
        }
    }

    Queue<WatchReply> owed() {
        return owed;
    }

    Queue<Long> progressTargets() {
        return progressTargets;
    }

    /** True when the clock of its progress notifications was not running. */
    boolean startClock() {
        boolean starts = !clockRuns;
        clockRuns = true;
        return starts;
    }

    void stopClock() {
        clockRuns = false;
    }

    /** Nothing is sent after this, but for a call of the sink that is going on. Any thread. */
    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /** A request of this stream found no room. Any thread. */
    void overflow() {
        overflown = true;
    }

    boolean overflown() {
        return overflown;
    }

    void end(Refusal refusal) {
        if (!closed) {
            closed = true;
            sink.end(refusal);
        }
    }
}
