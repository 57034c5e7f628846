package io.tenon.watch;

import io.tenon.spi.state.Change;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The newest revisions, in a ring that is bounded by count and bytes. The apply loop writes; any thread reads; no one waits. A reader finds
 * a revision or does not, and whoever does not reads history instead, so dropping the oldest is always safe.
 *
 * <p>While nobody watches nothing is kept, and a change costs one volatile read.
 */
final class EventLog {
    /** Dropped per change while nobody watches, so that no single change pays for the whole ring. */
    private static final int DROPPED_AT_ONCE = 64;
    private final AtomicReferenceArray<LoggedRevision> places;
    private final int mask;
    private final long mostBytes;
    private final AtomicInteger readers = new AtomicInteger();
    private volatile long published;

    /** Revisions {@code [oldest, next)} are kept. These three belong to the apply loop. */
    private long oldest;
    private long next;
    private long keptBytes;

    EventLog() {
        this(WatchLimits.MOST_LOGGED_REVISIONS, WatchLimits.MOST_LOGGED_BYTES);
    }

    /** @param mostRevisions a power of two */
    EventLog(int mostRevisions, long mostBytes) {
        if (Integer.bitCount(mostRevisions) != 1) {
            throw new IllegalArgumentException(mostRevisions + " revisions are not a power of two");
        }
        places = new AtomicReferenceArray<>(mostRevisions);
        mask = mostRevisions - 1;
        this.mostBytes = mostBytes;
    }

    /** A shard has watchers from now on. */
    void join() {
        readers.incrementAndGet();
    }

    /** A shard has no watchers any more. */
    void leave() {
        readers.decrementAndGet();
    }

    boolean read() {
        return readers.get() > 0;
    }

    /** Apply loop. */
    void append(long revision, List<Change> changes) {
        if (!read()) {
            drop(DROPPED_AT_ONCE);
            return;
        }
        if (revision != next) {
            // Changes were passed over while nobody watched, or the keyspace came from a snapshot.
            drop(Integer.MAX_VALUE);
            oldest = revision;
        }
        LoggedRevision logged = new LoggedRevision(revision, changes);
        while (oldest < revision && (keptBytes + logged.sizeBytes() > mostBytes || revision - oldest > mask)) {
            drop(1);
        }
        places.setRelease((int) revision & mask, logged);
        keptBytes += logged.sizeBytes();
        next = revision + 1;
    }

    private void drop(int most) {
        for (int i = 0; i < most && oldest < next; i++) {
            int place = (int) oldest & mask;
            keptBytes -= places.getPlain(place).sizeBytes();
            places.setRelease(place, null);
            oldest++;
        }
    }

    /** Apply loop: readers see the keyspace up to this revision. False when they did before. */
    boolean publish(long revision) {
        boolean news = revision != published;
        if (news) {
            published = revision;
        }
        return news;
    }

    /** The newest revision that readers see; 0 before the first batch. */
    long published() {
        return published;
    }

    Optional<LoggedRevision> find(long revision) {
        LoggedRevision logged = places.getAcquire((int) revision & mask);
        return logged != null && logged.revision() == revision ? Optional.of(logged) : Optional.empty();
    }

    /** Bytes kept alive; apply loop. */
    long keptBytes() {
        return keptBytes;
    }
}
