package io.tenon.mvcc.index;

import java.util.Arrays;

/**
 * The older revisions of a key that has too many for its leaf. Immutable; a new chunk shares the others. Chunks of like size are joined as
 * in a binary counter, up to {@link #MOST_REVISIONS}, so that n changes of a key cost n log n bytes of copying and not n squared.
 *
 * @param chunks oldest first, at least one; {@code chunks[i].newest <= chunks[i + 1].oldest}
 */
record History(Chunk[] chunks) {
    static final int MOST_REVISIONS = 1024;

    static History of(Chunk chunk) {
        return new History(new Chunk[] {chunk});
    }

    History with(Chunk newest) {
        int kept = chunks.length;
        Chunk last = newest;
        while (kept > 0 && chunks[kept - 1].count() <= last.count() && chunks[kept - 1].count() + last.count() <= MOST_REVISIONS) {
            last = last.append(chunks[--kept]);
        }
        Chunk[] more = Arrays.copyOf(chunks, kept + 1);
        more[kept] = last;
        return new History(more);
    }

    /** The chunk that has the newest revision not above this one, opened there; false when all are above. */
    boolean seek(long revision, Run run) {
        int low = 0;
        int high = chunks.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (chunks[middle].oldest() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > 0 && run.open(chunks[low - 1].run(), 0).seek(revision);
    }

    Chunk oldest() {
        return chunks[0];
    }

    /** Main revision of the oldest one of the chunk after the first, or the given one when the first is the only one. */
    long oldestAfterFirst(long otherwise) {
        return chunks.length > 1 ? chunks[1].oldest() : otherwise;
    }

    boolean single() {
        return chunks.length == 1;
    }

    /** Without the oldest chunk; not for a single one. */
    History withoutOldest() {
        return new History(Arrays.copyOfRange(chunks, 1, chunks.length));
    }

    History withOldest(Chunk replacement) {
        Chunk[] copy = chunks.clone();
        copy[0] = replacement;
        return new History(copy);
    }

    int count() {
        int count = 0;
        for (Chunk chunk : chunks) {
            count += chunk.count();
        }
        return count;
    }
}
