package io.tenon.runtime.node;

import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogException;
import io.tenon.spi.state.MembershipPort;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a Raft snapshot every so many entries, so that the log can be cut. The snapshot's index never passes what the engine has made
 * durable: the engine is flushed first. Stepped on the apply loop.
 */
final class Snapshotter {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);

    private final NodeParts node;
    private final long entriesBetween;
    private final long entriesKept;
    private final Executor blocking;
    private final java.util.function.Consumer<String> onFailure;
    private long lastIndex;
    private boolean running;

    /**
     * @param entriesBetween {@code --snapshot-count}
     * @param entriesKept    entries below the snapshot that stay for slow followers
     * @param blocking       a thread that may wait for the disk
     */
    Snapshotter(NodeParts node, Counts counts, Executor blocking, java.util.function.Consumer<String> onFailure) {
        this.node = node;
        entriesBetween = counts.entriesBetween();
        entriesKept = counts.entriesKept();
        lastIndex = node.log().recovery().snapshot().index();
        this.blocking = blocking;
        this.onFailure = onFailure;
    }

    record Counts(long entriesBetween, long entriesKept) {
    }

    void check(long nowNanos) {
        LogMark applied = node.applyLoop().applied();
        if (running || applied.index() - lastIndex <= entriesBetween || !node.storage().attached() || !node.machines().complete()) {
            return;
        }
        running = true;
        MembershipPort membership = node.machines().membership();
        Snapshot snapshot = new Snapshot(applied.index(), applied.term(), membership.confState(), membership.snapshotData());
        node.storage().flush(applied, nowNanos, durable -> blocking.execute(() -> save(snapshot, durable)));
    }

    private void save(Snapshot snapshot, LogMark durable) {
        if (durable.index() < snapshot.index()) {
            onFailure.accept("engine flushed up to " + durable.index() + " only, snapshot is at " + snapshot.index());
            return;
        }
        try {
            node.log().saveSnapshot(snapshot);
        } catch (LogException failure) {
            onFailure.accept(failure.getMessage());
            return;
        }
        LOG.info("saved snapshot snapshot-index={} snapshot-term={}", snapshot.index(), snapshot.term());
        node.applyLoop().mustRun(() -> saved(snapshot.index()));
    }

    private void saved(long index) {
        lastIndex = index;
        running = false;
        long forget = index - entriesKept;
        if (forget > 0) {
            node.consensus().get().ifPresent(consensus -> forgetIn(consensus, forget));
        }
    }

    private void forgetIn(Consensus consensus, long index) {
        consensus.compact(index);
        node.log().release(index);
    }
}
