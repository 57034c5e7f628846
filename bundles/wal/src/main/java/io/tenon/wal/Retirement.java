package io.tenon.wal;

import io.tenon.spi.log.LogLocation;
import io.tenon.wal.disk.Disk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets segments go: what a snapshot makes unneeded loses its lock, and all but the newest few of those are removed. LOG loop; the removal
 * itself is background work. Oldest first, so that what is left is always without gaps.
 */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private final Disk disk;
    private final LogLocation location;
    private final Background background;
    private final List<Held> held;
    private final Deque<Segment> unneeded;

    Retirement(Disk disk, LogLocation location, Recovered recovered, Background background) {
        this.disk = disk;
        this.location = location;
        this.background = background;
        held = new ArrayList<>(recovered.held());
        unneeded = new ArrayDeque<>(recovered.unneeded());
    }

    void hold(Held next) {
        held.add(next);
    }

    /**
     * Lets go of segments that opening at {@code index} would not read.
     *
     * @return true when files were removed, so that entries can no longer be read from them
     */
    boolean release(long index, Timeline timeline) throws IOException {
        List<Segment> segments = held.stream().map(Held::segment).toList();
        OptionalInt firstNeeded = Segments.firstNeeded(segments, index);
        for (int i = 0; i < firstNeeded.orElse(0); i++) {
            Held gone = held.removeFirst();
            gone.lock().close();
            unneeded.add(gone.segment());
        }
        return removeSurplus(timeline);
    }

    private boolean removeSurplus(Timeline timeline) {
        int keep = location.retention().maxWals();
        List<Segment> surplus = new ArrayList<>();
        while (keep > 0 && unneeded.size() > keep) {
            surplus.add(unneeded.removeFirst());
        }
        if (surplus.isEmpty()) {
            return false;
        }
        timeline.dropBefore(unneeded.getFirst());
        background.execute(() -> delete(surplus));
        return true;
    }

    /** Files that stay are no reason to stop: the next start counts them again. */
    private void delete(List<Segment> surplus) {
        try {
            for (Segment segment : surplus) {
                disk.delete(segment.path());
                LOG.info("segment removed file={}", segment.name());
            }
            disk.syncDirectory(location.walDirectory());
        } catch (IOException failed) {
            LOG.warn("surplus segments in {} cannot be removed", location.walDirectory(), failed);
        }
    }

    void close() throws IOException {
        for (Held segment : held) {
            segment.lock().close();
        }
    }
}
