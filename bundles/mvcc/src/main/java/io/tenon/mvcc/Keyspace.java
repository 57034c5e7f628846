package io.tenon.mvcc;

import io.tenon.mvcc.index.KeyIndex;
import io.tenon.spi.state.Rows;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keyspace's state in memory. Owned by the apply loop.
 *
 * <p>{@code finishedCompactRevision <= compactRevision <= revision}; the index has exactly the revisions that are rows in the store.
 */
final class Keyspace {
    /** Revision of a keyspace to which nothing happened; the first change makes 2. */
    static final long FIRST_REVISION = 1;
    static final long NEVER_COMPACTED = -1;
    private final KeyIndex index;
    /** Written by the apply loop alone; others may ask for it at any time, for a header. */
    private final AtomicLong revision = new AtomicLong(FIRST_REVISION);
    private long compactRevision = NEVER_COMPACTED;
    private long finishedCompactRevision = NEVER_COMPACTED;

    Keyspace(KeyIndex index) {
        this.index = index;
    }

    KeyIndex index() {
        return index;
    }

    /** Any thread. */
    long revision() {
        return revision.getAcquire();
    }

    long compactRevision() {
        return compactRevision;
    }

    long finishedCompactRevision() {
        return finishedCompactRevision;
    }

    /** A revision was made. */
    void advance(long to) {
        if (to < revision()) {
            throw new IllegalStateException("revision " + to + " after " + revision());
        }
        revision.setRelease(to);
    }

    void compacted(long at) {
        if (at < compactRevision || at > revision()) {
            throw new IllegalStateException("compaction at " + at + ", last " + compactRevision + ", newest " + revision());
        }
        compactRevision = at;
    }

    void compactionFinished(long at) {
        if (at < finishedCompactRevision || at > compactRevision) {
            throw new IllegalStateException("compaction finished at " + at + ", scheduled " + compactRevision);
        }
        finishedCompactRevision = at;
    }

    /** The state as the apply loop sees it in mid-change; for its own thread and until the next change. */
    MvccView now(Rows rows) {
        return new MvccView(index.current(), rows, revision(), compactRevision);
    }

    /** The state as it is, for readers. */
    MvccView freeze(Rows rows) {
        return new MvccView(index.freeze(), rows, revision(), compactRevision);
    }
}
