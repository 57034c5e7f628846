package io.tenon.raft.progress;

import java.util.Arrays;

/**
 * The appends to one peer that are not yet acknowledged, oldest first: a sliding window, limited by messages and by bytes.
 *
 * <p>Full when {@code count == mostMessages}, or when the bytes reach their limit. Indexes ascend.
 */
public final class Inflights {
    /** {@code mostBytes} for a window that is limited by messages alone. */
    public static final long NO_BYTE_LIMIT = 0;
    private static final int FIRST_ROOM = 8;

    private final int mostMessages;
    private final long mostBytes;
    private int start;
    private int count;
    private long bytes;
    private long[] lastIndexes = new long[0];
    private long[] sizesBytes = new long[0];

    public Inflights(int mostMessages, long mostBytes) {
        this.mostMessages = mostMessages;
        this.mostBytes = mostBytes;
    }

    /** An empty window of the same size. */
    Inflights emptied() {
        return count == 0 ? this : new Inflights(mostMessages, mostBytes);
    }

    /** Notes an append whose last entry is {@code lastIndex}. */
    public void add(long lastIndex, long sizeBytes) {
        if (isFull()) {
            throw new IllegalStateException("append to index " + lastIndex + " into a full window of " + count + " messages");
        }
        if (count == lastIndexes.length) {
            grow();
        }
        int place = (start + count) % lastIndexes.length;
        lastIndexes[place] = lastIndex;
        sizesBytes[place] = sizeBytes;
        count++;
        bytes += sizeBytes;
    }

    /** Forgets every append that ends at or before this index. */
    public void freeUpTo(long index) {
        while (count > 0 && lastIndexes[start] <= index) {
            bytes -= sizesBytes[start];
            start = (start + 1) % lastIndexes.length;
            count--;
        }
    }

    public boolean isFull() {
        return count == mostMessages || (mostBytes != NO_BYTE_LIMIT && bytes >= mostBytes);
    }

    public int count() {
        return count;
    }

    private void grow() {
        int room = Math.min(mostMessages, Math.max(FIRST_ROOM, lastIndexes.length * 2));
        lastIndexes = unrolled(lastIndexes, room);
        sizesBytes = unrolled(sizesBytes, room);
        start = 0;
    }

    private long[] unrolled(long[] ring, int room) {
        long[] grown = Arrays.copyOfRange(ring, Math.min(start, ring.length), Math.min(start, ring.length) + room);
        System.arraycopy(ring, 0, grown, ring.length - start, start);
        return grown;
    }
}
