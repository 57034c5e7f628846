package io.tenon.raft.driver;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.consensus.CommitSink;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Hands committed entries to the apply loop, in order, and keeps what does not fit there. How much that can be is limited by the core,
 * which hands out no more than {@link RaftDriver#APPLYING_BYTES} before some of it is applied.
 */
final class CommitFeed {
    private final CommitSink sink;
    private final ArrayDeque<List<Entry>> waiting = new ArrayDeque<>();

    CommitFeed(CommitSink sink) {
        this.sink = sink;
    }

    void offer(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        if (!waiting.isEmpty() || !sink.committed(entries)) {
            waiting.add(entries);
        }
    }

    /** Offers again what was refused. */
    void retry() {
        while (!waiting.isEmpty() && sink.committed(waiting.peek())) {
            waiting.remove();
        }
    }

    boolean isBlocked() {
        return !waiting.isEmpty();
    }

    /** A snapshot replaces the state, and with it everything that was not yet applied. */
    void snapshot(Snapshot snapshot) {
        waiting.clear();
        sink.snapshot(snapshot);
    }
}
