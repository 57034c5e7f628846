package io.tenon.wal;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.Loop;
import io.tenon.spi.log.LogAppend;
import io.tenon.wal.format.Messages;
import io.tenon.wal.format.RecordType;
import io.tenon.wal.format.RecordWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The log's only writer. A step encodes all that waits, writes it with one write, makes it durable with one sync, and then tells whom it
 * concerns. Nobody is told before the sync, and a log that failed once never goes on: what the disk holds is not known any more.
 *
 * <p>Everything here belongs to the LOG loop except {@link #inbox}, {@link #view}, {@link #hasEnded} and {@link #releaseUpTo}.
 */
final class LogWriter implements Loop {
    /** Work that waits; a raft loop that far ahead of its disk is refused. */
    static final int INBOX_MOST = 8192;
    /** Limits of one batch, so that the first in it does not wait for ever more to be encoded. */
    static final int BATCH_MOST = 4096;
    private static final long BATCH_MOST_BYTES = 16 << 20;
    private static final int DRAIN_SLICE = 64;

    private final Inbox<Work> inbox = new Inbox<>(INBOX_MOST);
    private final Consumer<Work> encode = this::encode;
    private final ActiveSegment active;
    private final RecordWriter records;
    private final Timeline timeline;
    private final Retirement retirement;
    private HardState state;
    private long snapshotIndex;
    private long releasedIndex;

    /** Of the batch that is being encoded. */
    private final List<Runnable> onDurable = new ArrayList<>();
    private boolean syncNeeded;

    private volatile LogView view;
    private volatile boolean failed;
    private volatile boolean closed;
    private volatile long releaseIndex;

    LogWriter(Recovered recovered, ActiveSegment active, Retirement retirement) {
        this.active = active;
        this.retirement = retirement;
        records = active.records();
        timeline = recovered.timeline();
        state = recovered.recovery().hardState();
        snapshotIndex = recovered.recovery().snapshot().index();
        view = timeline.view();
    }

    /** The way in. Any thread, but appends from one. */
    Inbox<Work> inbox() {
        return inbox;
    }

    /** What can be read now. Any thread. */
    LogView view() {
        return view;
    }

    /** True when nothing more will become durable, because a step threw or the log is closed. Any thread. */
    boolean hasEnded() {
        return failed || closed;
    }

    /** Entries up to an index are not needed any more. Any thread; takes effect at the next step. */
    void releaseUpTo(long index) {
        releaseIndex = index;
    }

    @Override
    public int step(long nowNanos) {
        if (failed) {
            throw new IllegalStateException("the log failed before and must not go on");
        }
        boolean done = false;
        try {
            int count = work();
            done = true;
            return count;
        } finally {
            failed = !done;
        }
    }

    private int work() {
        try {
            int count = encodeBatch();
            if (count > 0) {
                commitBatch();
            }
            releaseSegments();
            return count;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private UncheckedIOException failure(IOException cause) {
        return new UncheckedIOException(Damage.io("write at offset " + records.offset() + " of", active.segment().path(), cause));
    }

    private int encodeBatch() {
        long startOffset = records.offset();
        int count = 0;
        int drained;
        do {
            drained = inbox.drain(encode, DRAIN_SLICE);
            count += drained;
        } while (drained == DRAIN_SLICE && count < BATCH_MOST && records.offset() - startOffset < BATCH_MOST_BYTES);
        return count;
    }

    private void encode(Work work) {
        try {
            switch (work) {
                case Work.Append(LogAppend append) -> encodeAppend(append);
                case Work.Mark(Snapshot snapshot, Runnable durable) -> encodeMark(snapshot, durable);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void encodeAppend(LogAppend append) throws IOException {
        List<Entry> entries = append.entries();
        for (int i = 0; i < entries.size(); i++) {
            encodeEntry(entries.get(i));
        }
        if (append.hardState().isPresent()) {
            encodeState(append.hardState().get());
        }
        syncNeeded |= append.mustSync() || !entries.isEmpty();
        onDurable.add(append.onDurable());
    }

    private void encodeEntry(Entry entry) throws IOException {
        if (entry.index() <= state.commit()) {
            throw new IllegalStateException("entry " + entry.index() + " of term " + entry.term() + " would overwrite commit " + state.commit());
        }
        timeline.append(entry, active.segment(), records.offset(), records.crcValue());
        records.entry(entry);
    }

    private void encodeState(HardState next) throws IOException {
        if (next.term() < state.term()) {
            throw new IllegalStateException("hard state goes back from " + state + " to " + next);
        }
        if (!next.equals(HardState.EMPTY)) {
            // A snapshot's record may have carried the commit ahead of what the core said when it queued this.
            state = new HardState(next.term(), next.vote(), Math.max(next.commit(), state.commit()));
            records.state(state);
        }
    }

    /**
     * The record, and a state that covers it: a record beyond the last commit is not believed when the log is opened, and a commit without
     * its entries or its snapshot would not be either, so neither can come first alone.
     */
    private void encodeMark(Snapshot snapshot, Runnable durable) throws IOException {
        records.message(RecordType.SNAPSHOT, Messages.mark(snapshot));
        timeline.snapshot(snapshot.index(), snapshot.term());
        boolean newTerm = snapshot.term() > state.term();
        encodeState(new HardState(newTerm ? snapshot.term() : state.term(), newTerm ? 0 : state.vote(), Math.max(state.commit(), snapshot.index())));
        snapshotIndex = Math.max(snapshotIndex, snapshot.index());
        syncNeeded = true;
        onDurable.add(durable);
    }

    private void commitBatch() throws IOException {
        active.write();
        if (syncNeeded) {
            active.sync();
            syncNeeded = false;
        }
        view = timeline.view();
        for (int i = 0; i < onDurable.size(); i++) {
            onDurable.get(i).run();
        }
        onDurable.clear();
        active.prepareNext();
        if (active.isFull()) {
            retirement.hold(active.cut(timeline.lastIndex() + 1, state));
        }
    }

    private void releaseSegments() throws IOException {
        // What the newest snapshot needs to be opened stays, whatever is asked for.
        long index = Math.min(releaseIndex, snapshotIndex);
        if (index > releasedIndex) {
            releasedIndex = index;
            if (retirement.release(index, timeline)) {
                view = timeline.view();
            }
        }
    }

    /** Writes what still waits and closes the files. Only when no step runs any more. */
    void close() throws IOException {
        try {
            int count;
            do {
                count = failed ? 0 : work();
            } while (count > 0);
        } finally {
            closed = true;
            try {
                active.close();
            } finally {
                retirement.close();
            }
        }
    }
}
