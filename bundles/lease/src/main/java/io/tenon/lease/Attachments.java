package io.tenon.lease;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/**
 * Which key hangs on which lease. Each attachment is a place in columns: it is found by its key through open addressing, and is linked
 * with the others of its lease. About 30 bytes an attachment beside the key. One owner.
 *
 * <p>Numbers in {@code index}, {@code first}, {@code next} and {@code previous} are a place + 1; 0 is none. The index is at most half full.
 */
final class Attachments {
    /** What {@link #leaseOf} returns for a key without a lease. */
    static final int NONE = -1;
    private static final int FIRST_CAPACITY = 16;
    private static final int GOLDEN = 0x9E3779B9;

    private ByteString[] keys = {};
    private int[] lease = {};
    private int[] next = {};
    private int[] previous = {};
    private int[] index = {};
    /** First attachment of each lease, by the lease's place; and how many it has. */
    private int[] first = {};
    private int[] counts = {};
    private int firstFree;
    private int used;
    private int size;

    int size() {
        return size;
    }

    /** The place of the lease that a key hangs on, or {@link #NONE}. */
    int leaseOf(ByteString key) {
        int found = size == 0 ? NONE : index[find(key)] - 1;
        return found < 0 ? NONE : lease[found];
    }

    int count(int leasePlace) {
        return leasePlace < counts.length ? counts[leasePlace] : 0;
    }

    /** Hangs a key that hangs on no lease on this one. */
    void attach(int leasePlace, ByteString key) {
        reserve(leasePlace);
        int at = find(key);
        if (index[at] != 0) {
            throw new IllegalStateException("key is attached already");
        }
        int place = firstFree == 0 ? used++ : firstFree - 1;
        if (firstFree != 0) {
            firstFree = next[place];
        }
        index[at] = place + 1;
        keys[place] = key;
        lease[place] = leasePlace;
        next[place] = first[leasePlace];
        previous[place] = 0;
        if (next[place] != 0) {
            previous[next[place] - 1] = place + 1;
        }
        first[leasePlace] = place + 1;
        counts[leasePlace]++;
        size++;
    }

    /** Takes a key off its lease, if it has one. */
    void detach(ByteString key) {
        int at = size == 0 ? NONE : find(key);
        if (at == NONE || index[at] == 0) {
            return;
        }
        int place = index[at] - 1;
        unlink(at);
        if (previous[place] == 0) {
            first[lease[place]] = next[place];
        } else {
            next[previous[place] - 1] = next[place];
        }
        if (next[place] != 0) {
            previous[next[place] - 1] = previous[place];
        }
        counts[lease[place]]--;
        keys[place] = null;
        next[place] = firstFree;
        firstFree = place + 1;
        size--;
    }

    /** The keys of a lease in byte order. */
    ByteString[] keysOf(int leasePlace) {
        ByteString[] found = new ByteString[count(leasePlace)];
        int at = found.length == 0 ? 0 : first[leasePlace];
        for (int i = 0; i < found.length; i++) {
            found[i] = keys[at - 1];
            at = next[at - 1];
        }
        Arrays.sort(found, ByteString.unsignedLexicographicalComparator());
        return found;
    }

    private void reserve(int leasePlace) {
        if (leasePlace >= first.length) {
            int capacity = Math.max(FIRST_CAPACITY, Math.max(leasePlace + 1, 2 * first.length));
            first = Arrays.copyOf(first, capacity);
            counts = Arrays.copyOf(counts, capacity);
        }
        if (size == keys.length) {
            grow(Math.max(FIRST_CAPACITY, 2 * keys.length));
        }
    }

    private void grow(int capacity) {
        keys = Arrays.copyOf(keys, capacity);
        lease = Arrays.copyOf(lease, capacity);
        next = Arrays.copyOf(next, capacity);
        previous = Arrays.copyOf(previous, capacity);
        index = new int[2 * capacity];
        for (int place = 0; place < used; place++) {
            if (keys[place] != null) {
                index[find(keys[place])] = place + 1;
            }
        }
    }

    /** Where a key is in the index, or where it would be. */
    private int find(ByteString key) {
        int mask = index.length - 1;
        int at = home(key, mask);
        while (index[at] != 0 && !keys[index[at] - 1].equals(key)) {
            at = at + 1 & mask;
        }
        return at;
    }

    /** Empties a place of the index and moves up what would no longer be found behind the gap. */
    private void unlink(int from) {
        int mask = index.length - 1;
        int gap = from;
        for (int at = gap + 1 & mask; index[at] != 0; at = at + 1 & mask) {
            int home = home(keys[index[at] - 1], mask);
            if ((at - home & mask) >= (at - gap & mask)) {
                index[gap] = index[at];
                gap = at;
            }
        }
        index[gap] = 0;
    }

    private static int home(ByteString key, int mask) {
        return key.hashCode() * GOLDEN >>> 7 & mask;
    }
}
