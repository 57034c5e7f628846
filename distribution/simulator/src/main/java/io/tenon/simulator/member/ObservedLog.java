package io.tenon.simulator.member;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.loop.LoopHost;
import io.tenon.simulator.check.LogModel;
import io.tenon.simulator.check.Witness;
import io.tenon.simulator.world.Trace;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogRecovery;
import io.tenon.spi.log.LogSession;
import io.tenon.spi.log.LogStore;
import java.util.List;
import java.util.Optional;

/** The real log, in small segments, with somebody who sees what it takes and what it says is durable. */
final class ObservedLog implements LogStore {
    private static final LogLocation.Retention FEW = new LogLocation.Retention(2, 1);

    private final LogStore log;
    private final Witness witness;
    private final Trace trace;
    private final long segmentBytes;

    ObservedLog(LogStore log, World world, long segmentBytes) {
        this.log = log;
        witness = world.witness();
        trace = world.trace();
        this.segmentBytes = segmentBytes;
    }

    private LogLocation small(LogLocation location) {
        return new LogLocation(location.walDirectory(), location.snapshotDirectory(), segmentBytes, true, FEW);
    }

    @Override
    public Optional<LogIdentity> identify(LogLocation location) throws LogException {
        return log.identify(small(location));
    }

    @Override
    public LogSession create(LogLocation location, LogBeginning beginning, LoopHost loops) throws LogException {
        return observed(log.create(small(location), beginning, loops));
    }

    @Override
    public LogSession open(LogLocation location, LoopHost loops) throws LogException {
        return observed(log.open(small(location), loops));
    }

    private LogSession observed(LogSession session) throws LogException {
        LogRecovery found = session.recovery();
        if (found.repaired() > 0) {
            trace.count("torn end of a log repaired");
        }
        if (!found.snapshot().isEmpty()) {
            trace.count("process started from a snapshot");
        }
        LogModel model = new LogModel();
        if (found.snapshot().index() >= found.firstIndex() - 1 && !found.snapshot().isEmpty() && found.lastIndex() < found.firstIndex()) {
            model.restore(found.snapshot().index(), found.snapshot().term());
        } else if (found.firstIndex() > 1) {
            restoreBefore(model, session, found);
        }
        long next = model.last() + 1;
        while (next <= found.lastIndex()) {
            for (Entry entry : session.read(next, found.lastIndex() + 1, 1 << 20)) {
                model.put(entry);
                next = entry.index() + 1;
            }
        }
        long member = session.identity().memberId();
        witness.cluster().recovered(member, model, found.hardState(), ConfState.EMPTY);
        witness.started(member);
        return new Session(session, member, witness);
    }

    /** The log has more than the entries behind its snapshot; what was before them is known by the snapshot or not at all. */
    private static void restoreBefore(LogModel model, LogSession session, LogRecovery found) {
        long before = found.firstIndex() - 1;
        model.restore(before, before == found.snapshot().index() ? found.snapshot().term() : 0);
    }

    private record Session(LogSession session, long member, Witness witness) implements LogSession {

        @Override
        public LogIdentity identity() {
            return session.identity();
        }

        @Override
        public LogRecovery recovery() {
            return session.recovery();
        }

        @Override
        public boolean append(LogAppend append) {
            LogAppend observed = new LogAppend(append.entries(), append.hardState(), append.mustSync(), () -> {
                witness.durable(member, append);
                append.onDurable().run();
            });
            if (!session.append(observed)) {
                return false;
            }
            witness.accepted(member, append);
            return true;
        }

        @Override
        public List<Entry> read(long fromIndex, long toIndexExclusive, long mostBytes) throws LogException {
            return session.read(fromIndex, toIndexExclusive, mostBytes);
        }

        @Override
        public void saveSnapshot(Snapshot snapshot, Runnable onDurable) throws LogException {
            session.saveSnapshot(snapshot, onDurable);
        }

        @Override
        public void release(long index) {
            session.release(index);
        }

        @Override
        public long firstIndex() {
            return session.firstIndex();
        }

        @Override
        public long lastIndex() {
            return session.lastIndex();
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
