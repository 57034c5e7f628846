package io.tenon.runtime.bootstrap;

import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.runtime.apply.ConfChanges;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogSession;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;

/**
 * Where a database that Go etcd left stands in the log beside it, and what the configuration is there: that of the log's snapshot with the changes
 * behind it. etcd refuses a change of a member that is already as the change says, and so does this.
 */
public final class InheritedPlace {
    private static final long MOST_BYTES_AT_ONCE = 4L << 20;

    private final LogSession log;
    private final TreeSet<Long> voters = new TreeSet<>(Long::compareUnsigned);
    private final TreeSet<Long> learners = new TreeSet<>(Long::compareUnsigned);

    private InheritedPlace(LogSession log) {
        this.log = log;
    }

    /** @throws IOException the member cannot go on from this place; the message says why and what to do */
    public static ConfState configuration(LogSession log, LogMark database) throws IOException {
        refuseUnusable(log, database);
        return new InheritedPlace(log).at(database.index());
    }

    private static void refuseUnusable(LogSession log, LogMark database) throws IOException {
        Snapshot snapshot = log.recovery().snapshot();
        if (database.term() == 0) {
            throw new IOException("it does not say the term of its last entry, so it was written by an etcd before 3.5; start the member once "
                    + "with etcd 3.5");
        }
        if (database.index() < snapshot.index() || database.index() < log.firstIndex() - 1) {
            throw new IOException("it stands at index " + database.index() + ", but the log beside it begins behind a snapshot at "
                    + Math.max(snapshot.index(), log.firstIndex() - 1) + "; remove the member and add it anew, or restore it from a backup");
        }
        if (database.index() > log.lastIndex()) {
            throw new IOException("it stands at index " + database.index() + ", but the log beside it ends at " + log.lastIndex()
                    + "; give the --wal-dir that belongs to it, or restore the member from a backup");
        }
    }

    private ConfState at(long index) throws LogException {
        Snapshot snapshot = log.recovery().snapshot();
        voters.addAll(snapshot.confState().voters());
        learners.addAll(snapshot.confState().learners());
        long next = snapshot.index() + 1;
        while (next <= index) {
            List<Entry> entries = log.read(next, index + 1, MOST_BYTES_AT_ONCE);
            entries.stream().filter(entry -> entry.type() != EntryType.NORMAL)
                    .forEach(entry -> ConfChanges.parse(entry).steps().forEach(this::change));
            next += entries.size();
        }
        return new ConfState(List.copyOf(voters), List.copyOf(learners), List.of(), List.of(), false);
    }

    private void change(ConfChange.Step step) {
        switch (step.kind()) {
            case ADD_VOTER -> {
                learners.remove(step.nodeId());
                voters.add(step.nodeId());
            }
            case ADD_LEARNER -> {
                if (!voters.contains(step.nodeId())) {
                    learners.add(step.nodeId());
                }
            }
            case REMOVE -> {
                voters.remove(step.nodeId());
                learners.remove(step.nodeId());
            }
            case UPDATE -> {
                // Only its addresses.
            }
        }
    }
}
