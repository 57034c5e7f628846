package io.tenon.wal;

import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogRecovery;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.format.SnapshotName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a log that is there: finds where to begin, replays what follows, repairs the end. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Disk disk;
    private final LogLocation location;
    private final SnapshotFiles snapshots;
    private final List<Segment> segments;
    private final List<Held> held = new ArrayList<>();

    /** Where reading begins, and what was read from there. */
    private record Beginning(Snapshot snapshot, int place, LogScan scan) {
    }

    Recovery(Disk disk, LogLocation location) throws LogException {
        this.disk = disk;
        this.location = location;
        snapshots = new SnapshotFiles(disk, location.snapshotDirectory());
        segments = Segments.in(disk, location.walDirectory());
        if (segments.isEmpty()) {
            throw new LogException("there is no log in " + location.walDirectory());
        }
    }

    Recovered run() throws LogException {
        Path last = segments.getLast().path();
        try {
            // Whoever uses the log holds its last segment: nothing is looked at, let alone repaired, before that is ours.
            held.add(new Held(segments.getLast(), disk.lock(last)));
            return recover();
        } catch (IOException | RuntimeException failed) {
            release();
            throw failed instanceof IOException io ? Damage.io("open the log at", last, io)
                    : new LogException("the log in " + location.walDirectory() + " cannot be used: " + failed.getMessage(), failed);
        }
    }

    private Recovered recover() throws IOException {
        removeLeftovers();
        Beginning beginning = findBeginning();
        LogScan scan = beginning.scan();
        Timeline timeline = replay(beginning.snapshot(), scan);
        LogIdentity identity = scan.identity(segments.getLast());
        for (Segment segment : segments.subList(beginning.place(), segments.size() - 1).reversed()) {
            held.addFirst(new Held(segment, disk.lock(segment.path())));
        }
        TailRepair repair = new TailRepair(disk, location, segments.getLast());
        Tail tail = repair.prepare(scan);
        LogRecovery recovery = new LogRecovery(beginning.snapshot(), scan.hardState(), timeline.firstIndex(), timeline.lastIndex(),
                timeline.lastTerm(), scan.lostBytes());
        LOG.info("log opened member={} snapshot={} term={} commit={} first={} last={} segments={}", Long.toHexString(identity.memberId()),
                recovery.snapshot().index(), recovery.hardState().term(), recovery.hardState().commit(), recovery.firstIndex(),
                recovery.lastIndex(), segments.size());
        return new Recovered(identity, recovery, timeline, tail, held, new ArrayList<>(segments.subList(0, beginning.place())));
    }

    private void removeLeftovers() throws IOException {
        snapshots.prepare();
        for (String name : disk.names(location.walDirectory())) {
            if (name.equals("0.tmp") || name.equals("1.tmp")) {
                disk.delete(location.walDirectory().resolve(name));
            }
        }
    }

    /**
     * The newest snapshot file that the log confirms, else the log's own beginning. A file without a record is one whose saving was cut
     * short, or one beyond the commit; older ones are tried then.
     */
    private Beginning findBeginning() throws IOException {
        Optional<Beginning> scanned = Optional.empty();
        for (SnapshotName name : snapshots.names()) {
            OptionalInt place = Segments.firstNeeded(segments, name.index());
            Optional<Snapshot> snapshot = place.isPresent() ? snapshots.load(name) : Optional.empty();
            if (snapshot.isPresent()) {
                Beginning beginning = scan(snapshot.get(), place.getAsInt(), scanned);
                if (beginning.scan().confirms(name.index(), name.term())) {
                    return beginning;
                }
                scanned = Optional.of(beginning);
                LOG.warn("snapshot file passed over, the log does not have it committed file={}", name);
            }
        }
        if (segments.getFirst().name().firstIndex() != 0) {
            throw Damage.unusable(location.walDirectory(), "it begins at entry " + segments.getFirst().name().firstIndex() + ", and no valid snapshot file in "
                    + location.snapshotDirectory() + " belongs to it");
        }
        Beginning beginning = scan(Snapshot.EMPTY, 0, scanned);
        if (!beginning.scan().confirms(0, 0)) {
            throw Damage.unusable(location.walDirectory(), "snapshot not found: no snapshot record at 0");
        }
        return beginning;
    }

    private Beginning scan(Snapshot snapshot, int place, Optional<Beginning> scanned) throws LogException {
        if (scanned.isPresent() && scanned.get().place() == place) {
            return new Beginning(snapshot, place, scanned.get().scan());
        }
        List<Segment> needed = segments.subList(place, segments.size());
        Segments.requireContiguous(needed);
        return new Beginning(snapshot, place, LogScan.of(disk, needed));
    }

    private Timeline replay(Snapshot snapshot, LogScan scan) throws LogException {
        Timeline timeline = new Timeline();
        long commit = scan.hardState().commit();
        for (LogScan.Found found : scan.found()) {
            switch (found) {
                case LogScan.Found.SnapshotMark mark -> {
                    if (mark.index() <= commit) {
                        timeline.snapshot(mark.index(), mark.term());
                    }
                }
                case LogScan.Found.Run run -> replay(run, snapshot, timeline);
            }
        }
        if (timeline.lastIndex() < snapshot.index() || timeline.firstIndex() > snapshot.index() + 1 || timeline.lastIndex() < commit) {
            throw Damage.unusable(location.walDirectory(), "snapshot %d and commit %d do not fit its entries %d to %d".formatted(snapshot.index(), commit,
                    timeline.firstIndex(), timeline.lastIndex()));
        }
        return timeline;
    }

    /** Before the snapshot's entry the log may have gaps, where older snapshots came from a leader or segments before were released. */
    private static void replay(LogScan.Found.Run run, Snapshot snapshot, Timeline timeline) throws LogException {
        Point point = run.point();
        boolean follows = point.index() <= timeline.lastIndex() + 1 && point.index() >= timeline.firstIndex();
        if (!follows && point.index() > snapshot.index() + 1) {
            throw Damage.at(point.segment().path(), point.offset(), "entry " + point.index() + " comes after entry " + timeline.lastIndex());
        }
        if (!follows) {
            timeline.restart(point.index() - 1, Timeline.UNKNOWN_TERM);
        }
        timeline.appendRun(point, run.lastIndex(), run.term());
    }

    private void release() {
        for (Held segment : held) {
            try {
                segment.lock().close();
            } catch (IOException failed) {
                LOG.warn("lock of {} cannot be given back", segment.segment().path(), failed);
            }
        }
    }
}
