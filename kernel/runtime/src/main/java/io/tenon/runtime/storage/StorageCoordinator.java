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

    /** Gives the open batch to the engine when it is old, long or large enough. */
    public void sealIfDue(LogMark applied, long nowNanos) {
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
        return open().isEmpty() || engine.isEmpty() ? Long.MAX_VALUE : openSinceNanos + limits.batchNanos();
    }

    /** Saves everything applied so far and makes it durable. */
    public void flush(LogMark applied, long nowNanos, Consumer<LogMark> onDurable) {
        EngineLoop loop = engine.orElseThrow(EngineClosedException::new);
        seal(applied, nowNanos);
        loop.submit(new EngineLoop.Task.Flush(onDurable));
    }

    /** As {@link #flush}, then rewrites the store without unused space. */
    public void defragment(LogMark applied, long nowNanos, Runnable onDone) {
        flush(applied, nowNanos, durable -> { });
        engine.orElseThrow().submit(new EngineLoop.Task.Defragment(onDone));
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

    /** Starts to save into this session; what it has already is not saved again. */
    public void attach(EngineSession session) {
        saved = session.applied();
        engine = Optional.of(new EngineLoop(session, loops, done -> onApplyLoop.accept(() -> saved(done))));
        view = Optional.of(new SharedView(session.view()));
        lastSize = session.size();
        while (segments.size() > 1 && segments.getFirst().mark().index() <= saved.index()) {
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
