package io.tenon.spi.storage;

import io.tenon.api.consensus.LogMark;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open store. {@link #commit}, {@link #flush}, {@link #reclaim} and {@link #defragment} are called by one thread (the
 * engine loop); views are opened and read by any thread.
 *
 * <p>Every value carries a checksum of its own, and each bucket's row count and digest ({@link RowDigest}) are kept in
 * {@link Bucket#TENON} within the same commit, so that a flipped bit or a lost row is reported and never returned as data or absence.
 */
@ProviderType
public interface EngineSession extends AutoCloseable {

    /** The place in the log up to which the last commit had applied; {@link LogMark#ZERO} in a new store. */
    LogMark applied();

    /**
     * Makes a batch and its place in the log visible together. The place is stored as etcd does, in {@link Bucket#META}
     * ({@code consistent_index}, {@code term}; eight bytes, big-endian), by the engine. Not durable before {@link #flush}; after a crash the
     * store is as after some commit at or after the last flush.
     *
     * @throws EngineException nothing of the batch is visible; the session takes no more commits
     */
    void commit(SealedBatch batch, LogMark applied) throws EngineException;

    /** Makes every commit so far durable and returns the place of the last one. */
    LogMark flush() throws EngineException;

    /** A consistent view of the last commit, which later commits do not change. Close it soon: it keeps old pages. */
    EngineView view();

    /** Sizes now; any thread. */
    EngineSize size();

    /** Frees unused space in a step of about this length. Called between commits. True when another step would free more. */
    boolean reclaim(long budgetNanos) throws EngineException;

    /** Rewrites the store without unused space; blocks until done. Views stay valid. */
    void defragment() throws EngineException;

    /**
     * Waits a bounded time for views to be closed, then closes the files. Views that are still open throw
     * {@link EngineClosedException} from then on. What was committed stays. Idempotent.
     */
    @Override
    void close() throws EngineException;
}
