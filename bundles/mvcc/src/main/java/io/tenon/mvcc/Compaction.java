package io.tenon.mvcc;

import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.loop.WorkerPool;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compaction. That old revisions can no longer be read is decided at once, by the log entry; their rows are removed later, in slices, by
 * every member on its own. The index and the rows lose the same revisions in the same slice, so a restart between any two of them finds
 * proper state and goes on.
 *
 * <p>Owned by the apply loop; the hash alone is computed on a worker.
 */
final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
    /** Slices in one tick, however long it was. */
    private static final int MOST_SLICES = 16;
    private static final byte[] START = new byte[0];
    private final Keyspace keyspace;
    private final CompactionHashes hashes;
    private final WorkerPool workers;
    private final Pace pace;
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>((a, b) -> Long.compare(a.revision, b.revision));
    private Optional<byte[]> cursor;
    private HashStep hash = new HashStep.None();
    private OptionalLong lastTickNanos = OptionalLong.empty();

    /** How fast rows are removed. */
    record Pace(int sliceRevisions, Duration sliceInterval) {
    }

    /** Who gets an answer when the rows of a compaction are gone. */
    record Waiter(long revision, CompactionResponse answer, Reply<CompactionResponse> reply) {
    }

    /** The hash of a compaction: no row is removed before it holds the rows as they were. */
    private sealed interface HashStep {

        record None() implements HashStep { }

        record Wanted(long revision, long compactRevision) implements HashStep { }

        final class Running implements HashStep {
            private volatile boolean done;
        }
    }

    Compaction(Keyspace keyspace, CompactionHashes hashes, WorkerPool workers, Pace pace) {
        this.keyspace = keyspace;
        this.hashes = hashes;
        this.workers = workers;
        this.pace = pace;
        cursor = isFinished() ? Optional.empty() : Optional.of(START);
    }

    private boolean isFinished() {
        return keyspace.finishedCompactRevision() == keyspace.compactRevision();
    }

    /** @throws io.tenon.api.RefusedException nothing was changed */
    void schedule(ApplyContext context, long revision) {
        if (revision <= keyspace.compactRevision()) {
            throw Refusals.COMPACTED.asException();
        }
        if (revision > keyspace.revision()) {
            throw Refusals.FUTURE_REVISION.asException();
        }
        // A hash is comparable between members only when the compaction before it was done; so it is in etcd.
        hash = isFinished() ? new HashStep.Wanted(revision, keyspace.compactRevision()) : withoutWanted();
        keyspace.compacted(revision);
        context.put(Bucket.META, Restore.SCHEDULED, RowKeys.first(revision));
        cursor = Optional.of(START);
    }

    /** A hash that was not begun when the next compaction comes would be of rows that are already passed. */
    private HashStep withoutWanted() {
        return switch (hash) {
            case HashStep.Running running -> running;
            case HashStep.Wanted wanted -> new HashStep.None();
            case HashStep.None none -> none;
        };
    }

    /** Answers when the rows that a compaction passed are removed. */
    void whenGone(Waiter waiter) {
        if (keyspace.finishedCompactRevision() >= waiter.revision) {
            waiter.reply.accept(waiter.answer);
        } else {
            waiters.add(waiter);
        }
    }

    /** Begins the hash of a compaction over the view that was just published. Call before anything is removed from it. */
    void published(MvccView view) {
        if (!(hash instanceof HashStep.Wanted wanted) || view.compactRevision() < wanted.revision || !view.rows().acquire()) {
            return;
        }
        HashStep.Running running = new HashStep.Running();
        if (workers.execute(() -> computeHash(view, wanted, running))) {
            hash = running;
        } else {
            view.rows().release(); // and again at the next tick
        }
    }

    private void computeHash(MvccView view, HashStep.Wanted wanted, HashStep.Running running) {
        try {
            hashes.add(HashKv.of(view, wanted.revision, wanted.compactRevision));
        } catch (EngineClosedException e) {
            LOG.warn("no hash of compaction revision={}: the storage engine went away", wanted.revision);
        } finally {
            view.rows().release();
            running.done = true;
        }
    }

    /** Removes what is due. */
    void tick(ApplyContext context, long nowNanos) {
        long slices = slicesSince(lastTickNanos, nowNanos);
        lastTickNanos = OptionalLong.of(nowNanos);
        if (hash instanceof HashStep.Wanted) {
            return;
        }
        for (long slice = slices; slice > 0 && cursor.isPresent(); slice--) {
            cursor = keyspace.index().compact(cursor.get(), keyspace.compactRevision(), pace.sliceRevisions, (main, sub, tombstone) ->
                    context.delete(Bucket.KEY, tombstone ? RowKeys.tombstone(main, sub) : RowKeys.put(main, sub)));
        }
        boolean hashing = hash instanceof HashStep.Running running && !running.done;
        if (cursor.isEmpty() && !hashing && !isFinished()) {
            finish(context);
        }
    }

    /** As many slices as would have had their turn since the last tick. */
    private long slicesSince(OptionalLong before, long nowNanos) {
        long intervalNanos = Math.max(1, pace.sliceInterval.toNanos());
        long due = before.isEmpty() ? 1 : (nowNanos - before.getAsLong()) / intervalNanos;
        return Math.clamp(due, 1, MOST_SLICES);
    }

    private void finish(ApplyContext context) {
        long revision = keyspace.compactRevision();
        hash = new HashStep.None();
        keyspace.compactionFinished(revision);
        context.put(Bucket.META, Restore.FINISHED, RowKeys.first(revision));
        LOG.info("finished compaction revision={}", revision);
        while (!waiters.isEmpty() && waiters.peek().revision <= revision) {
            Waiter waiter = waiters.poll();
            waiter.reply.accept(waiter.answer);
        }
    }

    List<Waiter> waiters() {
        return List.copyOf(waiters);
    }
}
