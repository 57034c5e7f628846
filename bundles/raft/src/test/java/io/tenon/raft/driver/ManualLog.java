package io.tenon.raft.driver;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogRecovery;
import io.tenon.spi.log.LogSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A log whose disk works only when the test says so. */
final class ManualLog implements LogSession {
    /** Every append that was taken, durable or not. */
    final List<LogAppend> taken = new ArrayList<>();
    final ArrayDeque<LogAppend> waiting = new ArrayDeque<>();
    final List<Entry> durable = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();
    HardState durableState = HardState.EMPTY;
    int capacity = Integer.MAX_VALUE;
    int reads;
    long firstIndex = 1;

    @Override
    public LogIdentity identity() {
        return new LogIdentity(1, 2);
    }

    @Override
    public LogRecovery recovery() {
        return new LogRecovery(Snapshot.EMPTY, durableState, firstIndex, lastIndex(), durable.isEmpty() ? 0 : durable.getLast().term(), 0);
    }

    @Override
    public boolean append(LogAppend append) {
        if (waiting.size() >= capacity) {
            return false;
        }
        taken.add(append);
        waiting.add(append);
        return true;
    }

    /** Makes the oldest append durable. */
    void sync() {
        LogAppend append = waiting.remove();
        for (Entry entry : append.entries()) {
            while (!durable.isEmpty() && durable.getLast().index() >= entry.index()) {
                durable.removeLast();
            }
            durable.add(entry);
        }
        append.hardState().ifPresent(state -> durableState = state);
        append.onDurable().run();
    }

    void syncAll() {
        while (!waiting.isEmpty()) {
            sync();
        }
    }

    @Override
    public List<Entry> read(long fromIndex, long toIndexExclusive, long mostBytes) throws LogException {
        reads++;
        var entries = new ArrayList<Entry>();
        long bytes = 0;
        for (Entry entry : durable) {
            if (entry.index() < fromIndex || entry.index() >= toIndexExclusive) {
                continue;
            }
            bytes += entry.data().size();
            if (bytes > mostBytes && !entries.isEmpty()) {
                break;
            }
            entries.add(entry);
        }
        if (entries.isEmpty()) {
            throw new LogException("no entries from " + fromIndex);
        }
        return entries;
    }

    @Override
    public void saveSnapshot(Snapshot snapshot, Runnable onDurable) {
        snapshots.add(snapshot);
        durable.clear();
        firstIndex = snapshot.index() + 1;
        onDurable.run();
    }

    @Override
    public void release(long index) {
        firstIndex = Math.max(firstIndex, index + 1);
        durable.removeIf(entry -> entry.index() <= index);
    }

    @Override
    public long firstIndex() {
        return firstIndex;
    }

    @Override
    public long lastIndex() {
        return durable.isEmpty() ? firstIndex - 1 : durable.getLast().index();
    }

    @Override
    public void close() {
    }
}
