package io.tenon.mvcc;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.RefusedException;
import io.tenon.api.Reply;
import io.tenon.api.StatusCode;
import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.WorkerPool;
import io.tenon.mvcc.index.IndexView;
import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.RowVisitor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs reads over the newest published view. A read that finds no engine is parked and run again when rows are published or time has passed,
 * until its deadline.
 *
 * <p>Any thread; {@link #publish}, {@link #retryParked} and {@link #retire} are the apply loop's.
 */
final class Reads {
    static final Refusal NO_ENGINE = Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: storage engine is not available");
    static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Reads.class);
    private static final int MOST_PARKED = 4096;
    /** How often a read takes newer rows because those it had were out of date, before it is parked. */
    private static final int MOST_TURNS = 8;
    private final WorkerPool workers;
    private final Consumer<String> onCorruption;
    private final Inbox<Attempt<?>> parked = new Inbox<>(MOST_PARKED);
    private volatile boolean retired;
    private volatile MvccView newest = new MvccView(IndexView.empty(), NoRows.NO_ROWS, Keyspace.FIRST_REVISION, Keyspace.NEVER_COMPACTED);

    /** @param onCorruption told what was found; the node stops */
    Reads(WorkerPool workers, Consumer<String> onCorruption) {
        this.workers = workers;
        this.onCorruption = onCorruption;
    }

    /**
     * A read that somebody waits for.
     *
     * @param elsewhere asks the keyspace that took over; run instead of the read once this one was handed over, because nothing is
     *                  published here any more
     */
    record Asked<T>(Function<MvccView, T> read, Reply<T> reply, Runnable elsewhere) {
    }

    /** One read on its way. */
    private record Attempt<T>(Asked<T> asked, long deadlineNanos) {

        void refuse(Refusal refusal) {
            asked.reply.refuse(refusal);
        }
    }

    void publish(MvccView view) {
        newest = view;
        retryParked();
    }

    MvccView newest() {
        return newest;
    }

    /** Runs a read that touches a few keys, on this thread. */
    <T> void runHere(Asked<T> asked) {
        attempt(new Attempt<>(asked, System.nanoTime() + PATIENCE.toNanos()));
    }

    /** Runs a read that touches a few keys on the caller's own thread. */
    <T> void runAtHome(CallContext context, Asked<T> asked) {
        try {
            context.home().execute(() -> runHere(asked));
        } catch (RejectedExecutionException e) {
            asked.reply.refuse(Refusals.SERVER_STOPPED); // its connection is being closed
        }
    }

    /** Runs a read on a worker. */
    <T> void runOnWorker(Asked<T> asked) {
        submit(new Attempt<>(asked, System.nanoTime() + PATIENCE.toNanos()));
    }

    /** Runs a read of a caller that may block, and returns what it finds. */
    <T> T runNow(Function<MvccView, T> read) {
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            Optional<T> found = runOnce(read);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new EngineClosedException();
    }

    /** Runs parked reads again; those whose time is over are refused. */
    void retryParked() {
        long nowNanos = System.nanoTime();
        int waiting = parked.size();
        if (waiting > 0) {
            parked.drain(attempt -> {
                if (nowNanos - attempt.deadlineNanos >= 0) {
                    attempt.refuse(NO_ENGINE);
                } else {
                    submit(attempt);
                }
            }, waiting);
        }
    }

    /** Nothing will be published here any more: what waits, and what still comes, is asked of the keyspace that takes over. */
    void retire() {
        retired = true;
        passOn();
    }

    boolean retired() {
        return retired;
    }

    /** The apply loop retires once; whoever parks behind it passes on what it parked. One at a time. */
    private synchronized void passOn() {
        parked.drain(attempt -> attempt.asked.elsewhere.run(), MOST_PARKED);
    }

    private void submit(Attempt<?> attempt) {
        if (!workers.execute(() -> attempt(attempt))) {
            attempt.refuse(Refusals.TOO_MANY_REQUESTS);
        }
    }

    private <T> void attempt(Attempt<T> attempt) {
        if (retired) {
            attempt.asked.elsewhere.run();
            return;
        }
        T answer;
        try {
            answer = runNow(attempt.asked.read);
        } catch (RefusedException e) {
            attempt.refuse(e.refusal());
            return;
        } catch (EngineClosedException e) {
            park(attempt);
            return;
        } catch (EngineCorruptException e) {
            // The client must not wait, and the node must not go on with a store that cannot be trusted.
            attempt.refuse(Refusals.CORRUPT_CLUSTER);
            onCorruption.accept(e.getMessage());
            return;
        } catch (RuntimeException e) {
            // A bug, or a row that is lost: whoever asked must not wait for an answer that never comes.
            LOG.error("a read failed", e);
            attempt.refuse(Refusal.unknown("etcdserver: read failed: " + e.getMessage()));
            return;
        }
        attempt.asked.reply.accept(answer);
    }

    private void park(Attempt<?> attempt) {
        if (!parked.offer(attempt)) {
            attempt.refuse(NO_ENGINE);
        } else if (retired) {
            passOn();
        }
    }

    /** Empty when the rows were out of date. */
    private <T> Optional<T> runOnce(Function<MvccView, T> read) {
        MvccView view = newest;
        if (!view.rows().acquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(read.apply(view));
        } catch (MissingRowException e) {
            // Compaction may have taken the row since; then the newest view tells how far. Else it is lost.
            if (newest.compactRevision() > view.compactRevision()) {
                return Optional.empty();
            }
            throw e;
        } finally {
            view.rows().release();
        }
    }

    /** Before anything was published. */
    private enum NoRows implements Rows {
        NO_ROWS;

        @Override
        public boolean acquire() {
            return false;
        }

        @Override
        public void release() {
            throw new IllegalStateException("rows released that cannot be acquired");
        }

        @Override
        public Optional<byte[]> get(Bucket bucket, byte[] key) {
            throw new EngineClosedException();
        }

        @Override
        public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
            throw new EngineClosedException();
        }
    }
}
