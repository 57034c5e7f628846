package io.tenon.mvcc.index;

/**
 * Reads a run: successive revisions of one key, newest first. It also is the place in it: the fields describe one revision, and
 * {@link #older} goes to the one before.
 *
 * <p>Layout: flags, main, sub of the newest; unless {@link #SIMPLE}: created, version, number of older ones; then for each of those its
 * distance to the newer one and two flags, its sub if not 0, and if it is a tombstone the creation and last version of what it ended.
 * A run therefore stays right when its tail is cut off, which is all that compaction does. A put's version is one more than that of the
 * put before it; a put of version 1 has a tombstone before it, or nothing that is kept.
 */
final class Run {
    /** The newest revision is a tombstone. */
    static final int TOMBSTONE = 1;
    /** One put that created the key: created = main, version = 1, nothing older. */
    static final int SIMPLE = 2;
    private static final int OLDER_HAS_SUB = 1;
    private static final int OLDER_IS_TOMBSTONE = 2;

    private byte[] bytes;
    private int place;
    private int remaining;
    private long main;
    private long sub;
    private long created;
    private long version;
    private boolean tombstone;

    /** Goes to the newest revision of the run that begins here. */
    Run open(byte[] block, int at) {
        bytes = block;
        place = at;
        int flags = block[place++];
        main = varint();
        sub = varint();
        tombstone = (flags & TOMBSTONE) != 0;
        boolean simple = (flags & SIMPLE) != 0;
        created = simple ? main : varint();
        version = simple ? 1 : varint();
        remaining = simple ? 0 : (int) varint();
        return this;
    }

    /** Goes to the next older revision; false when this is the oldest. */
    boolean older() {
        if (remaining == 0) {
            return false;
        }
        remaining--;
        long step = varint();
        main -= step >>> 2;
        sub = (step & OLDER_HAS_SUB) != 0 ? varint() : 0;
        if ((step & OLDER_IS_TOMBSTONE) != 0) {
            tombstone = true;
            created = main - varint();
            version = varint();
        } else if (tombstone) {
            tombstone = false; // the last put before a tombstone: creation and version came with that
        } else {
            version--;
        }
        return true;
    }

    /** Goes to the newest revision that is not above this one; false when there is none. */
    boolean seek(long revision) {
        while (main > revision) {
            if (!older()) {
                return false;
            }
        }
        return true;
    }

    long main() {
        return main;
    }

    long sub() {
        return sub;
    }

    /** Main revision of the put that began this generation. Of a tombstone: of the generation it ended. */
    long created() {
        return created;
    }

    /** Of a tombstone: of the last put before it. */
    long version() {
        return version;
    }

    boolean tombstone() {
        return tombstone;
    }

    /** Revisions older than this one. */
    int remaining() {
        return remaining;
    }

    /** Where the part behind this revision begins. */
    int place() {
        return place;
    }

    private long varint() {
        byte[] from = bytes;
        long value = from[place++];
        if (value >= 0) {
            return value;
        }
        value &= 0x7F;
        int shift = 7;
        long next;
        do {
            next = from[place++];
            value |= (next & 0x7F) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    /** Writes the head of a run with this many older revisions to follow; returns the place behind it. */
    static int writeHead(byte[] to, int at, Revised newest, int olderCount) {
        boolean simple = !newest.tombstone && newest.version == 1 && newest.created == newest.main && olderCount == 0;
        int place = at;
        to[place++] = (byte) ((newest.tombstone ? TOMBSTONE : 0) | (simple ? SIMPLE : 0));
        place = Varints.put(to, place, newest.main);
        place = Varints.put(to, place, newest.sub);
        if (simple) {
            return place;
        }
        place = Varints.put(to, place, newest.created);
        place = Varints.put(to, place, newest.version);
        return Varints.put(to, place, olderCount);
    }

    /** Writes this revision as one that is older than {@code newerMain}; returns the place behind it. */
    int writeAsOlder(byte[] to, int at, long newerMain) {
        long flags = (tombstone ? OLDER_IS_TOMBSTONE : 0) | (sub != 0 ? OLDER_HAS_SUB : 0);
        int end = Varints.put(to, at, newerMain - main << 2 | flags);
        if (sub != 0) {
            end = Varints.put(to, end, sub);
        }
        if (tombstone) {
            end = Varints.put(to, end, main - created);
            end = Varints.put(to, end, version);
        }
        return end;
    }

    /** Most bytes of a head and of one older revision. */
    static final int HEAD_BYTES = 1 + 5 * Varints.MOST_BYTES;
    static final int OLDER_BYTES = 4 * Varints.MOST_BYTES;

    /** One revision to be written. */
    record Revised(long main, long sub, long created, long version, boolean tombstone) {

        static Revised of(Run run) {
            return new Revised(run.main, run.sub, run.created, run.version, run.tombstone);
        }
    }
}
