package io.tenon.spi.log;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open log: one ordered stream of entries, hard states and snapshot records, written by the LOG loop that the session attached to the
 * host when it was opened.
 *
 * <p>Durability words: an append is <em>accepted</em> when {@link #append} returns, <em>written</em> when it left the buffers, and
 * <em>durable</em> when {@link LogAppend#onDurable} was called.
 */
@ProviderType
public interface LogSession extends AutoCloseable {

    LogIdentity identity();

    /** What opening found; the same value for the life of the session. */
    LogRecovery recovery();

    /**
     * Queues one append; appends become durable in order, and all that wait together share one write and one sync. An entry whose
     * index is not beyond the last one replaces it and everything after it. A single producer: the raft loop.
     *
     * @return false when the queue is full; nothing was taken
     */
    boolean append(LogAppend append);

    /**
     * Entries {@code [fromIndex, toIndexExclusive)}, cut so that their data stays within {@code mostBytes} but at least one; read from the
     * files, so it blocks. Only entries that were durable when this was called. Any thread.
     *
     * @throws LogException the range was released, or the bytes do not check
     */
    List<Entry> read(long fromIndex, long toIndexExclusive, long mostBytes) throws LogException;

    /**
     * Writes the {@code .snap} file, durable on return, then queues the snapshot record with the state it belongs to. Blocks for the file;
     * not from a loop. Surplus files are removed later.
     *
     * @param onDurable called on the LOG loop when the record is durable too; returns at once
     * @throws LogException nothing was queued and {@code onDurable} will not be called
     */
    void saveSnapshot(Snapshot snapshot, Runnable onDurable) throws LogException;

    /** Segments that hold only entries up to this index may be removed (by the retention rule, in the background). */
    void release(long index);

    /** Index of the first entry that can be read. */
    long firstIndex();

    /** Index of the last durable entry. */
    long lastIndex();

    /** Writes what was accepted, syncs, closes the files and detaches the loop. Idempotent. */
    @Override
    void close();
}
