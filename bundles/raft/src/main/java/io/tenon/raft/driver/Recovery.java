package io.tenon.raft.driver;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.core.CoreStart;
import io.tenon.spi.consensus.ConsensusStart;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogSession;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what a core starts from. Only the entries behind the commit index are read here; committed ones are paged in as they are applied. */
final class Recovery {
    private static final long PAGE_BYTES = 1 << 20;

    private final ConsensusStart start;
    private final LogSession log;
    private final HardState hardState;

    private Recovery(ConsensusStart start) {
        this.start = start;
        log = start.log();
        hardState = start.hardState();
    }

    /** Blocks on the disk. */
    static CoreStart read(ConsensusStart start) {
        try {
            return new Recovery(start).read();
        } catch (LogException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CoreStart read() throws LogException {
        long last = log.lastIndex();
        long applied = start.applied().index();
        if (applied > hardState.commit() || hardState.commit() > last || applied < log.firstIndex() - 1) {
            throw new IllegalStateException("applied " + applied + " and commit " + hardState.commit() + " do not fit the log's entries "
                    + log.firstIndex() + " to " + last);
        }
        Snapshot snapshot = log.recovery().snapshot();
        return new CoreStart(hardState, start.confState(), applied, log.firstIndex(), base(), tail(last), snapshot,
                start.rules());
    }

    /** The place of the commit index, with its term. */
    private LogMark base() throws LogException {
        long commit = hardState.commit();
        if (commit == start.applied().index()) {
            return start.applied();
        }
        Entry entry = log.read(commit, commit + 1, PAGE_BYTES).getFirst();
        return new LogMark(entry.term(), entry.index());
    }

    private List<Entry> tail(long last) throws LogException {
        var tail = new ArrayList<Entry>();
        long next = hardState.commit() + 1;
        while (next <= last) {
            List<Entry> page = log.read(next, last + 1, PAGE_BYTES);
            tail.addAll(page);
            next = page.getLast().index() + 1;
        }
        return tail;
    }
}
