package io.tenon.watch;

import io.tenon.api.RefusedException;
import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.Loop;
import io.tenon.api.loop.WorkerPool;
import io.tenon.spi.storage.EngineClosedException;
import java.util.function.Supplier;

/**
 * Work that may touch the disk: done by a worker, its outcome brought back to the loop of the shard. When the workers are full, or history
 * is away for a while, nothing is started for a moment. The users keep the number of works on their way below the capacity, so an outcome
 * always finds room.
 */
final class Background {
    private final WorkerPool workers;
    private final Inbox<Runnable> outcomes = new Inbox<>(WatchLimits.MOST_BACKGROUND_ANSWERS);
    private long nowNanos;
    private boolean resting;
    private long restUntilNanos;

    Background(WorkerPool workers) {
        this.workers = workers;
    }

    void onOutcome(Runnable wake) {
        outcomes.onOffer(wake);
    }

    /** Nothing can be started now. */
    boolean resting() {
        return resting;
    }

    /**
     * Starts work on a worker.
     *
     * @param work  returns what the loop is to do with the result
     * @param again what the loop is to do when history is away at the moment
     * @return false when nothing was started; ask again at a later step
     */
    boolean start(Supplier<Runnable> work, Runnable again) {
        if (resting) {
            return false;
        }
        Runnable rest = () -> {
            rest();
            again.run();
        };
        boolean taken = workers.execute(() -> bring(outcome(work, rest)));
        if (!taken) {
            rest();
        }
        return taken;
    }

    /** Does what the workers brought. The loop alone. */
    int step(long now) {
        nowNanos = now;
        resting = resting && now - restUntilNanos < 0;
        return outcomes.drain(Runnable::run, outcomes.capacity());
    }

    long wakeAtNanos() {
        return resting ? restUntilNanos : Loop.NEVER;
    }

    private void rest() {
        resting = true;
        restUntilNanos = nowNanos + WatchLimits.RETRY_NANOS;
    }

    private void bring(Runnable outcome) {
        if (!outcomes.offer(outcome)) {
            throw new IllegalStateException("more than " + outcomes.capacity() + " outcomes for a watch loop");
        }
    }

    private static Runnable outcome(Supplier<Runnable> work, Runnable again) {
        try {
            return work.get();
        } catch (RefusedException | EngineClosedException away) {
            return again;
        } catch (RuntimeException failure) {
            return () -> {
                throw new IllegalStateException("reading the past for watchers failed", failure);
            };
        }
    }
}
