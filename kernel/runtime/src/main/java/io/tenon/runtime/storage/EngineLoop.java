package io.tenon.runtime.storage;

import io.tenon.api.consensus.LogMark;
import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The only writer of one engine session. Made when a session is opened, closed before the session is. */
final class EngineLoop implements Loop {
    /** Tasks that may wait; the coordinator keeps far fewer in flight. */
    private static final int INBOX_CAPACITY = 256;
    private static final long RECLAIM_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RECLAIM_BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EngineSession session;
    private final Consumer<Saved> onSaved;
    private final Inbox<Task> inbox = new Inbox<>(INBOX_CAPACITY);
    private final LoopHandle handle;
    private volatile EngineSize size;
    private long reclaimAtNanos;
    private boolean reclaimable;

    /** What the engine is asked to do, in order. */
    sealed interface Task {
        record Commit(Segment segment) implements Task {
        }

        /** @param onDropped called instead when the engine goes away before; by whoever closes it */
        record Flush(Consumer<LogMark> onDurable, Runnable onDropped) implements Task {
        }

        /** @param onDropped as for a flush */
        record Defragment(Runnable onDone, Runnable onDropped) implements Task {
        }

        /** @param onView gets a view of the last commit, and closes it; {@code onDropped} as for a flush */
        record View(Consumer<EngineView> onView, Runnable onDropped) implements Task {
        }
    }

    /** A segment that the engine has now, and a view that shows it. */
    record Saved(EngineLoop by, Segment segment, SharedView view) {
    }

    EngineLoop(EngineSession session, LoopHost loops, Consumer<Saved> onSaved) {
        this.session = session;
        this.onSaved = onSaved;
        size = session.size();
        handle = loops.attach(LoopRole.ENGINE, "engine", this);
        inbox.onOffer(handle::wake);
    }

    void submit(Task task) {
        if (!inbox.offer(task)) {
            throw new IllegalStateException("engine queue holds " + inbox.size() + " of " + INBOX_CAPACITY + " tasks");
        }
    }

    boolean hasRoom() {
        return inbox.size() < INBOX_CAPACITY / 2;
    }

    EngineSession session() {
        return session;
    }

    EngineSize size() {
        return size;
    }

    /** When this returns the session is not being used by this loop; tasks that still wait are dropped, their segments stay unsaved. */
    void close() {
        handle.close();
        inbox.drain(EngineLoop::drop, INBOX_CAPACITY);
    }

    /** Tells that a task will not be performed. */
    static void drop(Task task) {
        switch (task) {
            case Task.Flush flush -> flush.onDropped.run();
            case Task.View view -> view.onDropped.run();
            case Task.Defragment defragment -> defragment.onDropped.run();
            case Task.Commit _ -> { }
        }
    }

    @Override
    public int step(long nowNanos) {
        int done = inbox.drain(this::perform, 1);
        if (done == 0 && reclaimable && nowNanos - reclaimAtNanos >= 0) {
            reclaim(nowNanos);
            return 1;
        }
        return done;
    }

    @Override
    public long wakeAtNanos() {
        return reclaimable ? reclaimAtNanos : NEVER;
    }

    private void perform(Task task) {
        try {
            switch (task) {
                case Task.Commit(Segment segment) -> commit(segment);
                case Task.Flush(Consumer<LogMark> onDurable, Runnable onDropped) -> onDurable.accept(session.flush());
                case Task.View(Consumer<EngineView> onView, Runnable onDropped) -> onView.accept(session.view());
                case Task.Defragment(Runnable onDone, Runnable onDropped) -> {
                    session.defragment();
                    size = session.size();
                    onDone.run();
                }
            }
        } catch (EngineException failure) {
            throw new EngineFailure(failure);
        }
    }

    private void commit(Segment segment) throws EngineException {
        session.commit(segment, segment.mark());
        size = session.size();
        reclaimable = true;
        onSaved.accept(new Saved(this, segment, new SharedView(session.view())));
    }

    private void reclaim(long nowNanos) {
        try {
            reclaimable = session.reclaim(RECLAIM_BUDGET_NANOS);
            size = session.size();
            reclaimAtNanos = nowNanos + RECLAIM_EVERY_NANOS;
        } catch (EngineException failure) {
            throw new EngineFailure(failure);
        }
    }

    /** Stops the node: the engine could not keep what was applied. */
    static final class EngineFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EngineFailure(EngineException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
