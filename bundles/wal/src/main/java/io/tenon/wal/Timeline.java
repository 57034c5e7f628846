package io.tenon.wal;

import io.tenon.api.consensus.Entry;
import java.util.Arrays;

/**
 * Which entries the log holds and where: what a replay of its records in order comes to. It is kept by the writer as records are encoded,
 * and built by recovery from what it finds, by the same rules.
 *
 * <p>Entries themselves are not here, only a point about every {@value #STRIDE_BYTES} bytes and one wherever the entries in the files are
 * not one after another: at the first of a segment, and where an overwriting begins. So between two points the files hold exactly the
 * entries between their indexes, with nothing overwritten among them.
 *
 * <p>Invariants: {@code firstIndex <= lastIndex + 1}; points ascend by index; when there are entries the first point is at
 * {@code firstIndex}; terms ascend by index. One owner; others see {@link #view}.
 */
final class Timeline {
    /** Distance of points: a read skips half of it on average. */
    static final long STRIDE_BYTES = 64 * 1024;
    /** Of the entry before the first, when that was never seen. */
    static final long UNKNOWN_TERM = 0;
    private static final int SMALLEST = 16;

    private Point[] points = new Point[SMALLEST];
    private int pointCount;
    private long[] termStarts = new long[SMALLEST];
    private long[] terms = new long[SMALLEST];
    private int termCount;
    private long firstIndex = 1;
    private long lastIndex;
    private long baseTerm;

    long firstIndex() {
        return firstIndex;
    }

    long lastIndex() {
        return lastIndex;
    }

    /** Term of the last entry, or of the snapshot when there is none after it. */
    long lastTerm() {
        return termCount == 0 ? baseTerm : terms[termCount - 1];
    }

    /** Takes in one entry that lies at a place; entries from its index on are overwritten by it. */
    void append(Entry entry, Segment segment, long offset, int crcBefore) {
        long index = entry.index();
        if (index <= lastIndex || needsPoint(segment, offset)) {
            appendRun(new Point(index, segment, offset, crcBefore), index, entry.term());
        } else {
            checkFollows(index);
            addTerm(index, entry.term());
            lastIndex = index;
        }
    }

    /** Takes in entries of one term that lie one after another from a point on. */
    void appendRun(Point point, long runLast, long term) {
        checkFollows(point.index());
        if (point.index() <= lastIndex) {
            truncate(point.index());
        }
        addPoint(point);
        addTerm(point.index(), term);
        lastIndex = runLast;
    }

    private void checkFollows(long index) {
        if (index > lastIndex + 1 || index < firstIndex) {
            throw new IllegalStateException("entry " + index + " does not follow entries " + firstIndex + " to " + lastIndex);
        }
    }

    private boolean needsPoint(Segment segment, long offset) {
        if (pointCount == 0) {
            return true;
        }
        Point last = points[pointCount - 1];
        return last.segment() != segment || offset - last.offset() >= STRIDE_BYTES;
    }

    /**
     * Takes in a snapshot record. A log that holds the very entry the snapshot was made at goes on as it is; any other is replaced by
     * the snapshot, as Raft does when it restores one from a leader.
     */
    void snapshot(long index, long term) {
        boolean before = index < firstIndex - 1;
        boolean same = index >= firstIndex && index <= lastIndex && termAt(index) == term;
        boolean base = index == firstIndex - 1 && (baseTerm == term || baseTerm == UNKNOWN_TERM);
        if (!before && !same && !base) {
            restart(index, term);
        }
    }

    /** Forgets everything; the next entry is the one after {@code index}. */
    void restart(long index, long term) {
        points = new Point[SMALLEST];
        pointCount = 0;
        termCount = 0;
        firstIndex = index + 1;
        lastIndex = index;
        baseTerm = term;
    }

    /** Forgets the entries that lie in segments before this one. */
    void dropBefore(Segment oldest) {
        int gone = 0;
        while (gone < pointCount && points[gone].segment().name().sequence() < oldest.name().sequence()) {
            gone++;
        }
        if (gone == 0) {
            return;
        }
        long newFirst = gone == pointCount ? lastIndex + 1 : points[gone].index();
        baseTerm = termAt(newFirst - 1);
        firstIndex = newFirst;
        points = Arrays.copyOfRange(points, gone, Math.max(gone + SMALLEST, points.length));
        pointCount -= gone;
    }

    /** Drops the entries from an index on. Readers hold the old array, so it is left as it is. */
    private void truncate(long fromIndex) {
        points = points.clone();
        while (pointCount > 0 && points[pointCount - 1].index() >= fromIndex) {
            points[--pointCount] = null;
        }
        while (termCount > 0 && termStarts[termCount - 1] >= fromIndex) {
            termCount--;
        }
        lastIndex = fromIndex - 1;
    }

    private void addPoint(Point point) {
        if (pointCount == points.length) {
            points = Arrays.copyOf(points, pointCount * 2);
        }
        points[pointCount++] = point;
    }

    private void addTerm(long index, long term) {
        if (termCount > 0 && terms[termCount - 1] == term) {
            return;
        }
        if (termCount == terms.length) {
            terms = Arrays.copyOf(terms, termCount * 2);
            termStarts = Arrays.copyOf(termStarts, termCount * 2);
        }
        termStarts[termCount] = index;
        terms[termCount++] = term;
    }

    private long termAt(long index) {
        int run = termCount - 1;
        while (run >= 0 && termStarts[run] > index) {
            run--;
        }
        return run < 0 ? baseTerm : terms[run];
    }

    /** What it holds now, for readers; stays as it is while this goes on. */
    LogView view() {
        return new LogView(points, pointCount, firstIndex, lastIndex);
    }
}
