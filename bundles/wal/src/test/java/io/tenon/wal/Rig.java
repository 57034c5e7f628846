package io.tenon.wal;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogSession;
import io.tenon.testkit.HandLoopHost;
import io.tenon.wal.disk.Disk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** A log on some disk whose loop is stepped by hand and whose background work is done on the spot. */
final class Rig {
    static final LogIdentity IDENTITY = new LogIdentity(0x8e9e05c52164694dL, 0xcdf818194e3a8c32L);
    static final long ALL_BYTES = Long.MAX_VALUE;

    final Disk disk;
    final LogLocation location;
    final HandLoopHost loops = new HandLoopHost();
    final WalStore store;
    private final List<Long> durable = new ArrayList<>();

    Rig(Disk disk, Path directory, long segmentBytes) {
        this(disk, new LogLocation(directory.resolve("member/wal"), directory.resolve("member/snap"), segmentBytes, true, new LogLocation.Retention(2, 1)));
    }

    Rig(Disk disk, LogLocation location) {
        this.disk = disk;
        this.location = location;
        store = new WalStore(disk, OnTheSpot::new);
    }

    LogSession create() throws LogException {
        return store.create(location, LogBeginning.empty(IDENTITY), loops);
    }

    LogSession open() throws LogException {
        return store.open(location, loops);
    }

    /** Queues entries; nothing is written before the loop is stepped. */
    void queue(LogSession log, Entry... entries) {
        queue(log, Optional.empty(), entries);
    }

    void queue(LogSession log, Optional<HardState> state, Entry... entries) {
        long last = entries.length == 0 ? 0 : entries[entries.length - 1].index();
        boolean taken = log.append(new LogAppend(List.of(entries), state, true, () -> durable.add(last)));
        if (!taken) {
            throw new AssertionError("the queue is full");
        }
    }

    void write(LogSession log, Entry... entries) {
        queue(log, entries);
        loops.stepUntilIdle();
    }

    void write(LogSession log, HardState state) {
        queue(log, Optional.of(state));
        loops.stepUntilIdle();
    }

    void save(LogSession log, Snapshot snapshot) throws LogException {
        boolean[] done = {false};
        log.saveSnapshot(snapshot, () -> done[0] = true);
        loops.stepUntilIdle();
        if (!done[0]) {
            throw new AssertionError("the snapshot's record did not become durable");
        }
    }

    /** Last indexes of the appends that were called back, in that order. */
    List<Long> durable() {
        return durable;
    }

    Path segment(long sequence, long index) {
        return location.walDirectory().resolve("%016x-%016x.wal".formatted(sequence, index));
    }

    static Entry entry(long term, long index, String data) {
        return new Entry(term, index, EntryType.NORMAL, ByteString.copyFromUtf8(data));
    }

    /** Entries {@code [from, to)} of a term, each with data of its own. */
    static Entry[] entries(long term, long from, long to) {
        return LongStream.range(from, to).mapToObj(index -> entry(term, index, "value " + index + " of term " + term)).toArray(Entry[]::new);
    }

    static Snapshot snapshot(long index, long term) {
        return new Snapshot(index, term, ConfState.ofVoters(List.of(IDENTITY.memberId())), ByteString.copyFromUtf8("{\"at\":" + index + "}"));
    }

    static List<Entry> readAll(LogSession log) throws LogException {
        return log.read(log.firstIndex(), log.lastIndex() + 1, ALL_BYTES);
    }

    /** Runs work where it is given. */
    private static final class OnTheSpot implements Background {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void close() {
            // has no thread
        }
    }
}
