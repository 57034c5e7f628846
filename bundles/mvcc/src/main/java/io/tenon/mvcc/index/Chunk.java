package io.tenon.mvcc.index;

import java.util.Arrays;

/**
 * A run outside of the tree: older revisions of a key that changes often. Immutable.
 *
 * @param run     one run, nothing behind it
 * @param newest  main revision of its first
 * @param oldest  main revision of its last; {@code oldest <= newest}
 * @param count   revisions in it, at least 1
 */
record Chunk(byte[] run, long newest, long oldest, int count) {

    static Chunk of(byte[] bytes) {
        Run run = new Run().open(bytes, 0);
        long newest = run.main();
        int count = 1;
        while (run.older()) {
            count++;
        }
        return new Chunk(bytes, newest, run.main(), count);
    }

    /** This chunk and an older one as one. */
    Chunk append(Chunk older) {
        Run first = new Run().open(run, 0);
        Run.Revised head = Run.Revised.of(first);
        int from = first.place();
        Run second = new Run().open(older.run, 0);
        byte[] joined = new byte[run.length + older.run.length + Run.HEAD_BYTES + Run.OLDER_BYTES];
        int at = Run.writeHead(joined, 0, head, count + older.count - 1);
        System.arraycopy(run, from, joined, at, run.length - from);
        at = second.writeAsOlder(joined, at + run.length - from, oldest);
        int rest = older.run.length - second.place();
        System.arraycopy(older.run, second.place(), joined, at, rest);
        return new Chunk(Arrays.copyOf(joined, at + rest), newest, older.oldest, count + older.count);
    }
}
