package io.tenon.lease;

import java.util.Arrays;

/**
 * Leases as columns: a lease is a small number, its place, which stays the same while the lease lives. About 60 bytes a lease, and no
 * object. Open addressing finds the place of an id. One owner.
 *
 * <p>A place is free exactly when its {@code ttlSeconds} is 0; the hash index holds a place + 1, and is at most half full.
 */
final class LeaseTable {
    /** What {@link #find} returns for an id that no lease has. */
    static final int NONE = -1;
    private static final int FIRST_CAPACITY = 16;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long[] ids = new long[FIRST_CAPACITY];
    private long[] ttlSeconds = new long[FIRST_CAPACITY];
    private long[] checkpointSeconds = new long[FIRST_CAPACITY];
    private long[] expiryNanos = new long[FIRST_CAPACITY];
    private int[] free = new int[FIRST_CAPACITY];
    private int freeCount;
    private int used;
    private int size;
    private long removals;
    private int[] index = new int[2 * FIRST_CAPACITY];

    int size() {
        return size;
    }

    /** How many leases were ever removed. */
    long removals() {
        return removals;
    }

    /** Places are below this number; some of them may be free. */
    int places() {
        return used;
    }

    boolean isLive(int place) {
        return ttlSeconds[place] != 0;
    }

    /** The place of a lease, or {@link #NONE}. */
    int find(long id) {
        int mask = index.length - 1;
        for (int at = home(id, mask); index[at] != 0; at = at + 1 & mask) {
            if (ids[index[at] - 1] == id) {
                return index[at] - 1;
            }
        }
        return NONE;
    }

    /** Makes a lease that is not there yet, and returns its place. */
    int add(long id, long ttl) {
        if (ttl <= 0 || find(id) != NONE) {
            throw new IllegalStateException("lease " + id + " with ttl " + ttl + " cannot be added");
        }
        if (2 * (size + 1) > index.length) {
            grow();
        }
        int place = freeCount > 0 ? free[--freeCount] : used++;
        ids[place] = id;
        ttlSeconds[place] = ttl;
        checkpointSeconds[place] = 0;
        expiryNanos[place] = 0;
        link(place);
        size++;
        return place;
    }

    void remove(int place) {
        unlink(ids[place]);
        ttlSeconds[place] = 0;
        free[freeCount++] = place;
        size--;
        removals++;
    }

    long id(int place) {
        return ids[place];
    }

    /** As granted. */
    long ttlSeconds(int place) {
        return ttlSeconds[place];
    }

    /** What was left of the lease at its last checkpoint; 0 when there was none since it was renewed. */
    long checkpointSeconds(int place) {
        return checkpointSeconds[place];
    }

    void checkpointSeconds(int place, long seconds) {
        checkpointSeconds[place] = seconds;
    }

    /** When the lease ends; means something only while this member leads. */
    long expiryNanos(int place) {
        return expiryNanos[place];
    }

    void expiryNanos(int place, long atNanos) {
        expiryNanos[place] = atNanos;
    }

    private void grow() {
        int capacity = 2 * ids.length;
        ids = Arrays.copyOf(ids, capacity);
        ttlSeconds = Arrays.copyOf(ttlSeconds, capacity);
        checkpointSeconds = Arrays.copyOf(checkpointSeconds, capacity);
        expiryNanos = Arrays.copyOf(expiryNanos, capacity);
        free = Arrays.copyOf(free, capacity);
        index = new int[2 * capacity];
        for (int place = 0; place < used; place++) {
            if (isLive(place)) {
                link(place);
            }
        }
    }

    private void link(int place) {
        int mask = index.length - 1;
        int at = home(ids[place], mask);
        while (index[at] != 0) {
            at = at + 1 & mask;
        }
        index[at] = place + 1;
    }

    /** Takes an id out of the index and moves up what would no longer be found behind the gap. */
    private void unlink(long id) {
        int mask = index.length - 1;
        int gap = home(id, mask);
        while (ids[index[gap] - 1] != id) {
            gap = gap + 1 & mask;
        }
        for (int at = gap + 1 & mask; index[at] != 0; at = at + 1 & mask) {
            int home = home(ids[index[at] - 1], mask);
            if ((at - home & mask) >= (at - gap & mask)) {
                index[gap] = index[at];
                gap = at;
            }
        }
        index[gap] = 0;
    }

    private static int home(long id, int mask) {
        return (int) (id * GOLDEN >>> 32) & mask;
    }
}
