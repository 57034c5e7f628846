package io.tenon.runtime.storage;

import io.tenon.api.consensus.LogMark;
import io.tenon.api.loop.LoopHost;
import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Between the apply loop and the engine: collects rows in an open batch, seals it when it is due, gives it to the engine's loop, and keeps
 * it readable until the engine has it. Owned by the apply loop.
 *
 * <p>{@code saved mark <= marks of sealed batches <= applied mark}, in this order.
 */
public final class StorageCoordinator {
    private final LoopHost loops;
    private final BatchLimits limits;
    private final Consumer<Runnable> onApplyLoop;
    /** Sealed and not saved yet, oldest first; then the open one. Never empty. */
    private final List<Segment> segments = new ArrayList<>(List.of(new Segment()));
    /** Written by the apply loop alone. */
    private volatile Optional<EngineLoop> engine = Optional.empty();
    private Optional<SharedView> view = Optional.empty();
    private volatile EngineSize lastSize = new EngineSize(0, 0);
    private long sealedBytes;
    private long openSinceNanos;
    private LogMark saved = LogMark.ZERO;
    /** The rows of the entry at the applied mark are not all there yet. */
    private boolean incomplete;
    private final List<Runnable> whenComplete = new ArrayList<>();

    /**
     * @param batchNanos    longest time that rows wait before they are given to the engine
     * @param batchOps      changes that seal a batch
     * @param batchBytes    bytes that seal a batch
     * @param mostTailBytes bytes that may be unsaved before the apply loop pauses
     */
    public record BatchLimits(long batchNanos, int batchOps, long batchBytes, long mostTailBytes) {
    }

    /** @param onApplyLoop brings work from the engine's loop to the apply loop; never refuses */
    public StorageCoordinator(LoopHost loops, BatchLimits limits, Consumer<Runnable> onApplyLoop) {
        this.loops = loops;
        this.limits = limits;
        this.onApplyLoop = onApplyLoop;
    }

    public void put(Bucket bucket, byte[] key, byte[] value) {
        open().put(bucket, key, value);
    }

    public void delete(Bucket bucket, byte[] key) {
        open().delete(bucket, key);
    }

    /** All rows as they are now. */
    public Rows rows() {
        return new TailRows(segments, view);
    }

    /** The rows the engine has, without the unsaved ones; unlike {@link #rows} any bucket of these may be read by any thread. */
    public Rows savedRows() {
        return new TailRows(List.of(), view);
    }

    /** False while so much is unsaved that applying more would grow the heap without bound. */
    public boolean hasRoom() {
        return sealedBytes + open().sizeBytes() < limits.mostTailBytes();
    }

    /** An entry was applied, but some of its rows come later: nothing is sealed before {@link #entryComplete}. */
    public void entryIncomplete() {
        incomplete = true;
    }

    /** The last row of the entry is there. Runs what waited for it. */
    public void entryComplete() {
        incomplete = false;
        List<Runnable> waiting = List.copyOf(whenComplete);
        whenComplete.clear();
        waiting.forEach(Runnable::run);
    }

    /** Runs work that needs the state exactly as it is at the applied mark: now, or when all rows of its entry are there. */
    public void whenEntryComplete(Runnable work) {
        if (incomplete) {
            whenComplete.add(work);
        } else {
            work.run();
        }
    }

    /** Gives the open batch to the engine when it is old, long or large enough. */
    public void sealIfDue(LogMark applied, long nowNanos) {
        if (incomplete) {
            return;
        }
        Segment open = open();
        if (open.isEmpty()) {
            openSinceNanos = nowNanos;
            return;
        }
        boolean due = nowNanos - openSinceNanos >= limits.batchNanos() || open.operations() >= limits.batchOps()
                || open.sizeBytes() >= limits.batchBytes();
        if (due && engine.isPresent() && engine.get().hasRoom()) {
            seal(applied, nowNanos);
        }
    }

    /** When {@link #sealIfDue} will have something to do without new rows. */
    public long sealAtNanos() {
        return open().isEmpty() || engine.isEmpty() || incomplete ? Long.MAX_VALUE : openSinceNanos + limits.batchNanos();
    }

    /** Saves everything applied so far and makes it durable. */
    public void flush(LogMark applied, long nowNanos, Consumer<LogMark> onDurable) {
        flush(applied, nowNanos, new Outcome<>(onDurable, () -> { }));
    }

    /** As above, for who must know when it will not be because the engine goes away. */
    public void flush(LogMark applied, long nowNanos, Outcome<LogMark> outcome) {
        engine.orElseThrow(EngineClosedException::new);
        sealAndSubmit(applied, nowNanos, new EngineLoop.Task.Flush(outcome.onDone, outcome.onDropped));
    }

    /** As {@link #flush}, then rewrites the store without unused space. */
    public void defragment(LogMark applied, long nowNanos, Runnable onDone, Runnable onDropped) {
        flush(applied, nowNanos, durable -> { });
        EngineLoop.Task task = new EngineLoop.Task.Defragment(onDone, onDropped);
        whenEntryComplete(() -> engine.ifPresentOrElse(loop -> loop.submit(task), () -> EngineLoop.drop(task)));
    }

    /** Opens a view of the engine that shows exactly what is applied now: what is unsaved is saved first, and nothing after it. */
    public void viewAt(LogMark applied, long nowNanos, Outcome<EngineView> outcome) {
        engine.orElseThrow(EngineClosedException::new);
        sealAndSubmit(applied, nowNanos, new EngineLoop.Task.View(outcome.onDone, outcome.onDropped));
    }

    /**
     * How something that is asked of the engine ends. Exactly one of the two is called, on another thread.
     *
     * @param onDone    with the result
     * @param onDropped the engine went away before
     */
    public record Outcome<T>(Consumer<T> onDone, Runnable onDropped) {
    }

    private void sealAndSubmit(LogMark applied, long nowNanos, EngineLoop.Task then) {
        whenEntryComplete(() -> {
            if (engine.isEmpty()) {
                EngineLoop.drop(then);
                return;
            }
            seal(applied, nowNanos);
            engine.get().submit(then);
        });
    }

    private void seal(LogMark applied, long nowNanos) {
        Segment open = open();
        open.seal(applied);
        sealedBytes += open.sizeBytes();
        engine.orElseThrow().submit(new EngineLoop.Task.Commit(open));
        segments.add(new Segment());
        openSinceNanos = nowNanos;
    }

    /** A view of what is saved, for restoring state; the caller closes it. */
    public EngineView openView() {
        return engine.orElseThrow(EngineClosedException::new).session().view();
    }

    /** Any thread. */
    public EngineSize size() {
        return lastSize;
    }

    /** The place up to which the engine has rows. */
    public LogMark savedMark() {
        return saved;
    }

    /** Any thread. */
    public boolean attached() {
        return engine.isPresent();
    }

    /**
     * Starts to save into this session; what it has already is not saved again. Several segments may have one mark, since rows are also removed
     * between entries; of those the session's own mark does not tell which it has, and saving all of them again, in order, changes nothing.
     */
    public void attach(EngineSession session) {
        saved = session.applied();
        engine = Optional.of(new EngineLoop(session, loops, done -> onApplyLoop.accept(() -> saved(done))));
        view = Optional.of(new SharedView(session.view()));
        lastSize = session.size();
        while (segments.size() > 1 && segments.getFirst().mark().index() < saved.index()) {
            sealedBytes -= segments.removeFirst().sizeBytes();
        }
        for (Segment segment : segments.subList(0, segments.size() - 1)) {
            engine.get().submit(new EngineLoop.Task.Commit(segment));
        }
    }

    /**
     * Lets go of the engine and answers what is to be closed (its loop first), on another thread. Unsaved rows stay and are saved by the
     * next engine.
     */
    public Optional<Detached> detach() {
        Optional<Detached> detached = engine.map(loop -> new Detached(loop, loop.session()));
        engine = Optional.empty();
        view.ifPresent(SharedView::release);
        view = Optional.empty();
        return detached;
    }

    /**
     * Forgets the rows that no engine has, because a snapshot replaces them and all before them. Only while no engine is attached.
     */
    public void dropUnsaved() {
        if (engine.isPresent() || incomplete) {
            throw new IllegalStateException("unsaved rows dropped under an attached engine, or in mid-entry");
        }
        segments.clear();
        segments.add(new Segment());
        sealedBytes = 0;
    }

    /** An engine that nobody uses any more but its loop. */
    public static final class Detached {
        private final EngineLoop loop;
        private final EngineSession session;

        private Detached(EngineLoop loop, EngineSession session) {
            this.loop = loop;
            this.session = session;
        }

        /** Waits for the commit that may be running, then closes the session. Blocks. */
        public void close() throws EngineException {
            loop.close();
            session.close();
        }
    }

    private void saved(EngineLoop.Saved done) {
        if (engine.isEmpty() || engine.get() != done.by()) {
            done.view().release();
            return;
        }
        if (segments.getFirst() != done.segment()) {
            throw new IllegalStateException("engine saved " + done.segment().mark() + " before " + segments.getFirst().mark());
        }
        segments.removeFirst();
        sealedBytes -= done.segment().sizeBytes();
        saved = done.segment().mark();
        view.ifPresent(SharedView::release);
        view = Optional.of(done.view());
        lastSize = done.by().size();
    }

    private Segment open() {
        return segments.getLast();
    }
}
