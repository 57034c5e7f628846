package io.tenon.raft.driver;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
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
    /** Configuration changes that the apply loop has and has not applied, oldest first. */
    private final ArrayDeque<Long> confChanges = new ArrayDeque<>();

    CommitFeed(CommitSink sink) {
        this.sink = sink;
    }

    void offer(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        if (!waiting.isEmpty() || !taken(entries)) {
            waiting.add(entries);
        }
    }

    /** Offers again what was refused. */
    void retry() {
        while (!waiting.isEmpty() && taken(waiting.peek())) {
            waiting.remove();
        }
    }

    private boolean taken(List<Entry> entries) {
        if (!sink.committed(entries)) {
            return false;
        }
        for (Entry entry : entries) {
            if (entry.type() != EntryType.NORMAL) {
                confChanges.add(entry.index());
            }
        }
        return true;
    }

    void appliedTo(long index) {
        while (!confChanges.isEmpty() && confChanges.peek() <= index) {
            confChanges.remove();
        }
    }

    /** The entry of the change that the apply loop is at: it goes in order, and waits at each for the answer. */
    long nextConfChange() {
        if (confChanges.isEmpty()) {
            throw new IllegalStateException("a configuration change is applied that was never handed over");
        }
        return confChanges.remove();
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
