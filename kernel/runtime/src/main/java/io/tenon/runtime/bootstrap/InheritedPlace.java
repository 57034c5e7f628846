package io.tenon.runtime.bootstrap;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.runtime.apply.ConfChanges;
import io.tenon.spi.log.LogSession;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a database that Go etcd left stands in the log beside it, and what the configuration is there: that of the log's snapshot with the changes
 * behind it that took effect.
 *
 * <p>A change that was refused is in the log like any other, and nothing there says so. What etcd refuses is an addition whose id or URLs are in use
 * or that is one learner too many, and any change of one that is removed or never was. Their ids are new or gone, so the members that the database
 * names tell them apart: it is of the same place in the log. Which of the members vote the database does not always say rightly, so that is taken
 * from the log.
 */
public final class InheritedPlace {
    private static final long MOST_BYTES_AT_ONCE = 4L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(InheritedPlace.class);

    private final LogSession log;
    private final Set<Long> members;
    private final TreeSet<Long> voters = new TreeSet<>(Long::compareUnsigned);
    private final TreeSet<Long> learners = new TreeSet<>(Long::compareUnsigned);
    /** Of the log's snapshot, and not removed since: these the database must name. */
    private final Set<Long> certain = new TreeSet<>();

    private InheritedPlace(LogSession log, Set<Long> members) {
        this.log = log;
        this.members = members;
    }

    /**
     * @param members ids of those that the database names
     * @throws IOException the member cannot go on from this place; the message says why and what to do
     */
    public static ConfState configuration(LogSession log, LogMark database, Set<Long> members) throws IOException {
        refuseUnusable(log, database);
        return new InheritedPlace(log, members).at(database.index());
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

    private ConfState at(long index) throws IOException {
        Snapshot snapshot = log.recovery().snapshot();
        voters.addAll(snapshot.confState().voters());
        learners.addAll(snapshot.confState().learners());
        certain.addAll(voters);
        certain.addAll(learners);
        long next = snapshot.index() + 1;
        while (next <= index) {
            List<Entry> entries = log.read(next, index + 1, MOST_BYTES_AT_ONCE);
            entries.stream().filter(entry -> entry.type() != EntryType.NORMAL).forEach(this::follow);
            next += entries.size();
        }
        dropRefused();
        return new ConfState(List.copyOf(voters), List.copyOf(learners), List.of(), List.of(), false);
    }

    private void follow(Entry entry) {
        ConfChange change = ConfChanges.parse(entry);
        change.steps().forEach(step -> follow(step, change.context()));
    }

    private void follow(ConfChange.Step step, ByteString context) {
        boolean known = voters.contains(step.nodeId()) || learners.contains(step.nodeId());
        switch (step.kind()) {
            case ADD_VOTER -> {
                // Whoever is there already is only promoted, and whoever is not is only added.
                if (known == isPromotion(context)) {
                    learners.remove(step.nodeId());
                    voters.add(step.nodeId());
                }
            }
            case ADD_LEARNER -> {
                if (!known) {
                    learners.add(step.nodeId());
                }
            }
            case REMOVE -> {
                voters.remove(step.nodeId());
                learners.remove(step.nodeId());
                certain.remove(step.nodeId());
            }
            case UPDATE -> {
                // Only its addresses.
            }
        }
    }

    private static boolean isPromotion(ByteString context) {
        return !context.isEmpty() && MemberJson.read(context.toStringUtf8()).promotion();
    }

    private void dropRefused() throws IOException {
        TreeSet<Long> refused = new TreeSet<>(voters);
        refused.addAll(learners);
        refused.removeAll(members);
        for (long id : refused) {
            if (certain.contains(id)) {
                throw new IOException("it does not name member " + MemberIds.hex(id) + ", which the log beside it does; restore the member from a "
                        + "backup, or remove it and add it anew");
            }
            LOG.info("a member in the log was refused by the cluster, and does not count member={}", MemberIds.hex(id));
        }
        voters.removeAll(refused);
        learners.removeAll(refused);
        if (voters.isEmpty()) {
            throw new IOException("no voter is left of those in the log beside it; give the --wal-dir that belongs to it, or restore the member "
                    + "from a backup");
        }
    }
}
