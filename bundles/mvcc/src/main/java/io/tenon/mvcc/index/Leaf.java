package io.tenon.mvcc.index;

import java.util.Arrays;

/**
 * Keys and their runs in one byte block: for each key its length, its bytes, its run. Runs that grew too long have their older part in
 * {@link #histories}.
 *
 * <p>{@code offsets[0] = 0 < offsets[1] < … < used}, keys strictly ascending.
 */
final class Leaf extends Node {
    static final int MOST_KEYS = 32;
    /** A leaf with more bytes is split when it can be. */
    static final int MOST_BYTES = 16 * 1024;
    private static final int SPARE_BYTES = 192;
    private static final int SPARE_KEYS = 4;
    private static final History[] NONE = new History[0];

    private byte[] block;
    private int[] offsets;
    /** {@link Heads} of the keys. */
    private long[] heads;
    /** All keys begin with so many bytes of the first one. */
    private int prefix;
    private int count;
    private int used;
    /** As long as offsets, or empty when no key of this leaf has one. */
    private History[] histories;

    Leaf(long epoch) {
        super(epoch);
        block = new byte[0];
        offsets = new int[0];
        heads = new long[0];
        histories = NONE;
    }

    Leaf(long epoch, byte[] block, int[] offsets, History[] histories) {
        super(epoch);
        this.block = block;
        this.offsets = offsets;
        this.histories = histories;
        count = offsets.length;
        used = block.length;
        heads = new long[count];
        prefix = count == 0 ? 0 : Heads.common(key(0), key(count - 1));
        rebuildHeads();
    }

    private void rebuildHeads() {
        for (int i = 0; i < count; i++) {
            int start = keyStart(i);
            heads[i] = Heads.of(block, start + prefix, start + keyLength(i));
        }
    }

    /** This leaf when it belongs to the writer, else a copy that does. */
    Leaf owned(long writerEpoch) {
        if (epoch == writerEpoch) {
            return this;
        }
        Leaf copy = new Leaf(writerEpoch);
        copy.copySums(this);
        copy.block = Arrays.copyOf(block, used + SPARE_BYTES);
        System.arraycopy(block, 0, copy.block, 0, used);
        copy.offsets = Arrays.copyOf(offsets, count + SPARE_KEYS);
        copy.heads = Arrays.copyOf(heads, count + SPARE_KEYS);
        copy.prefix = prefix;
        copy.histories = histories.length == 0 ? NONE : Arrays.copyOf(histories, copy.offsets.length);
        copy.count = count;
        copy.used = used;
        return copy;
    }

    @Override
    int count() {
        return count;
    }

    int used() {
        return used;
    }

    byte[] block() {
        return block;
    }

    /** Place of a key; {@code -(place + 1)} where it would be inserted. */
    int find(byte[] key) {
        if (count == 0) {
            return -1;
        }
        int start = keyStart(0);
        int order = Arrays.compareUnsigned(key, 0, Math.min(prefix, key.length), block, start, start + prefix);
        if (order != 0) {
            return order < 0 ? -1 : -(count + 1);
        }
        return search(key, Heads.of(key, prefix, key.length));
    }

    private int search(byte[] key, long head) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = Long.compareUnsigned(heads[middle], head);
            if (order == 0) {
                order = compare(middle, key);
            }
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -(low + 1);
    }

    /** First place whose key is not below this one. */
    int ceiling(byte[] key) {
        int place = find(key);
        return place < 0 ? -(place + 1) : place;
    }

    private int compare(int i, byte[] key) {
        int start = keyStart(i);
        return Arrays.compareUnsigned(block, start, start + keyLength(i), key, 0, key.length);
    }

    int keyLength(int i) {
        int at = offsets[i];
        int length = block[at];
        if (length >= 0) {
            return length;
        }
        length &= 0x7F;
        for (int shift = 7; ; shift += 7) {
            int next = block[++at];
            length |= (next & 0x7F) << shift;
            if (next >= 0) {
                return length;
            }
        }
    }

    int keyStart(int i) {
        int at = offsets[i];
        while (block[at++] < 0) {
            // the length's bytes
        }
        return at;
    }

    byte[] key(int i) {
        int start = keyStart(i);
        return Arrays.copyOfRange(block, start, start + keyLength(i));
    }

    int runStart(int i) {
        return keyStart(i) + keyLength(i);
    }

    int end(int i) {
        return i + 1 < count ? offsets[i + 1] : used;
    }

    Run open(int i, Run run) {
        return run.open(block, runStart(i));
    }

    /** The run of a key, as a chunk of its own. */
    Chunk chunk(int i) {
        return Chunk.of(Arrays.copyOfRange(block, runStart(i), end(i)));
    }

    boolean hasHistory(int i) {
        return histories.length > 0 && histories[i] != null;
    }

    /** Only when {@link #hasHistory}. */
    History history(int i) {
        return histories[i];
    }

    void history(int i, History history) {
        if (histories.length == 0) {
            histories = new History[offsets.length];
        }
        histories[i] = history;
    }

    void dropHistory(int i) {
        histories[i] = null;
    }

    void insert(int i, byte[] key, byte[] run, int runLength) {
        int head = Varints.size(key.length);
        int size = head + key.length + runLength;
        makeRoomForKey(i);
        int at = i < count ? offsets[i] : used;
        shift(at, size);
        for (int k = count; k > i; k--) {
            offsets[k] = offsets[k - 1] + size;
        }
        offsets[i] = at;
        count++;
        int place = Varints.put(block, at, key.length);
        System.arraycopy(key, 0, block, place, key.length);
        System.arraycopy(run, 0, block, place + key.length, runLength);
        insertHead(i, key);
    }

    /** A key between two others shares what they share; one at an end may share less, and then all heads begin earlier. */
    private void insertHead(int i, byte[] key) {
        boolean between = i > 0 && i < count - 1;
        int shared = between ? prefix : count == 1 ? key.length : Math.min(prefix, Heads.common(key, key(i == 0 ? 1 : 0)));
        boolean rebuild = count == 1 || shared < prefix;
        prefix = shared;
        if (rebuild) {
            rebuildHeads();
        } else {
            System.arraycopy(heads, i, heads, i + 1, count - 1 - i);
            heads[i] = Heads.of(key, prefix, key.length);
        }
    }

    void replaceRun(int i, byte[] run, int runLength) {
        int at = runStart(i);
        int end = end(i);
        int growth = runLength - (end - at);
        if (growth != 0) {
            shift(end, growth);
            moveOffsets(i + 1, growth);
        }
        System.arraycopy(run, 0, block, at, runLength);
    }

    void remove(int i) {
        int at = offsets[i];
        int size = end(i) - at;
        shift(at + size, -size);
        System.arraycopy(offsets, i + 1, offsets, i, count - i - 1);
        System.arraycopy(heads, i + 1, heads, i, count - i - 1);
        if (histories.length > 0) {
            System.arraycopy(histories, i + 1, histories, i, count - i - 1);
            histories[count - 1] = null;
        }
        count--;
        moveOffsets(i, -size);
    }

    private void moveOffsets(int from, int by) {
        for (int k = from; k < count; k++) {
            offsets[k] += by;
        }
    }

    private void makeRoomForKey(int i) {
        if (count == offsets.length) {
            int places = Math.min(MOST_KEYS + 1, count + count / 4 + SPARE_KEYS);
            offsets = Arrays.copyOf(offsets, places);
            heads = Arrays.copyOf(heads, places);
            histories = histories.length == 0 ? NONE : Arrays.copyOf(histories, places);
        }
        if (histories.length > 0) {
            System.arraycopy(histories, i, histories, i + 1, count - i);
            histories[i] = null;
        }
    }

    /** Moves what lies from a place on, and takes the difference into {@link #used}. */
    private void shift(int from, int by) {
        byte[] source = block;
        if (used + by > block.length) {
            block = Arrays.copyOf(block, used + by + SPARE_BYTES + used / 8);
        }
        System.arraycopy(source, from, block, from + by, used - from);
        used += by;
    }

    boolean overflows() {
        return count > MOST_KEYS || used > MOST_BYTES && count > 1;
    }

    /** Where to split: behind everything else when the last key is the new one (keys that ascend fill their leaves), else in the middle. */
    int splitPlace(int inserted) {
        if (inserted == count - 1) {
            return count - 1;
        }
        int middle = 1;
        while (middle < count - 1 && offsets[middle] < used / 2) {
            middle++;
        }
        return middle;
    }

    /** The keys from a place to another as a leaf of its own, exactly as large as needed. */
    Leaf part(int from, int to) {
        int start = offsets[from];
        int[] places = Arrays.copyOfRange(offsets, from, to);
        for (int k = 0; k < places.length; k++) {
            places[k] -= start;
        }
        History[] some = histories.length == 0 ? NONE : Arrays.copyOfRange(histories, from, to);
        Leaf part = new Leaf(epoch, Arrays.copyOfRange(block, start, end(to - 1)), places, some);
        part.sumUp();
        return part;
    }

    /** This leaf and the next one as one leaf of the given epoch. */
    Leaf join(Leaf next, long writerEpoch) {
        byte[] bytes = Arrays.copyOf(block, used + next.used);
        System.arraycopy(next.block, 0, bytes, used, next.used);
        int[] places = Arrays.copyOf(offsets, count + next.count);
        for (int k = 0; k < next.count; k++) {
            places[count + k] = next.offsets[k] + used;
        }
        History[] all = NONE;
        if (histories.length > 0 || next.histories.length > 0) {
            all = new History[places.length];
            System.arraycopy(histories, 0, all, 0, Math.min(count, histories.length));
            System.arraycopy(next.histories, 0, all, count, Math.min(next.count, next.histories.length));
        }
        Leaf joined = new Leaf(writerEpoch, bytes, places, all);
        joined.sumUp();
        return joined;
    }

    void sumUp() {
        live = 0;
        stale = 0;
        newest = 0;
        Run run = new Run();
        for (int i = 0; i < count; i++) {
            open(i, run);
            live += run.tombstone() ? 0 : 1;
            stale += isStale(run, hasHistory(i)) ? 1 : 0;
            newest = Math.max(newest, run.main());
        }
    }

    static boolean isStale(Run newest, boolean hasHistory) {
        return newest.tombstone() || newest.remaining() > 0 || hasHistory;
    }

    /** JDK arrays alone, to be parked: block, offsets, and per key the runs of its history or nothing. */
    Object[] park() {
        byte[][][] runs = new byte[histories.length == 0 ? 0 : count][][];
        for (int i = 0; i < runs.length; i++) {
            Chunk[] chunks = hasHistory(i) ? histories[i].chunks() : new Chunk[0];
            runs[i] = Arrays.stream(chunks).map(Chunk::run).toArray(byte[][]::new);
        }
        return new Object[] {Arrays.copyOf(block, used), Arrays.copyOf(offsets, count), runs};
    }

    static Leaf unpark(Object[] parked) {
        byte[][][] runs = (byte[][][]) parked[2];
        History[] histories = new History[runs.length];
        for (int i = 0; i < runs.length; i++) {
            if (runs[i].length > 0) {
                histories[i] = new History(Arrays.stream(runs[i]).map(Chunk::of).toArray(Chunk[]::new));
            }
        }
        Leaf leaf = new Leaf(0, (byte[]) parked[0], (int[]) parked[1], histories);
        leaf.sumUp();
        return leaf;
    }
}
