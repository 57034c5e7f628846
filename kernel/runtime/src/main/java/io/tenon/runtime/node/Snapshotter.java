package io.tenon.runtime.node;

import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.log.LogException;
import io.tenon.spi.state.MembershipPort;
import java.util.function.Consumer;
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
    private final Consumer<String> onFailure;
    private long lastIndex;
    private boolean running;

    /**
     * @param entriesBetween {@code --snapshot-count}
     * @param entriesKept    entries below the snapshot that stay for slow followers
     */
    Snapshotter(NodeParts node, Counts counts, Consumer<String> onFailure) {
        this.node = node;
        entriesBetween = counts.entriesBetween();
        entriesKept = counts.entriesKept();
        lastIndex = node.log().recovery().snapshot().index();
        this.onFailure = onFailure;
    }

    record Counts(long entriesBetween, long entriesKept) {
    }

    void check(long nowNanos) {
        LogMark applied = node.applyLoop().applied();
        lastIndex = Math.max(lastIndex, node.snapshots().installedIndex());
        if (running || applied.index() - lastIndex <= entriesBetween || !node.storage().attached() || !node.machines().complete()) {
            return;
        }
        running = true;
        MembershipPort membership = node.machines().membership();
        Snapshot snapshot = new Snapshot(applied.index(), applied.term(), membership.confState(), membership.snapshotData());
        node.storage().flush(applied, nowNanos, new StorageCoordinator.Outcome<>(
                durable -> node.host().runBlocking("snapshot", () -> save(snapshot, durable)),
                () -> node.applyLoop().mustRun(() -> running = false)));
    }

    private void save(Snapshot snapshot, LogMark durable) {
        if (durable.index() < snapshot.index()) {
            onFailure.accept("engine flushed up to " + durable.index() + " only, snapshot is at " + snapshot.index());
            return;
        }
        try {
            node.log().saveSnapshot(snapshot, () -> node.applyLoop().mustRun(() -> saved(snapshot)));
        } catch (LogException failure) {
            onFailure.accept(failure.getMessage());
        }
    }

    private void saved(Snapshot snapshot) {
        LOG.info("saved snapshot snapshot-index={} snapshot-term={}", snapshot.index(), snapshot.term());
        lastIndex = Math.max(lastIndex, snapshot.index());
        running = false;
        node.consensus().get().ifPresent(consensus -> consensus.snapshotTaken(snapshot));
        long forget = Math.min(snapshot.index() - entriesKept, node.snapshots().oldestNeeded(node.host().nowNanos()) - 1);
        if (forget > 0) {
            node.consensus().get().ifPresent(consensus -> forgetIn(consensus, forget));
        }
    }

    private void forgetIn(Consensus consensus, long index) {
        consensus.compact(index);
        node.log().release(index);
    }
}
