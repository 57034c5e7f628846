package io.tenon.storage.memory;

import io.tenon.spi.storage.RowVisitor;
import java.util.Arrays;
import java.util.Optional;

/**
 * Rows in key order that never change: blocks of up to {@value #BLOCK_ROWS} rows, none of them empty. An {@link Edit} makes the next
 * generation and shares the blocks that it does not touch.
 */
final class SortedRows {
    static final int BLOCK_ROWS = 128;
    static final SortedRows EMPTY = new SortedRows(new Block[0], 0);

    private final Block[] blocks;
    private final int count;

    /** Blocks {@code [0, count)} of the array; the rest is no part of this. */
    SortedRows(Block[] blocks, int count) {
        this.blocks = blocks;
        this.count = count;
    }

    /** A run of rows. Changed only by the edit that made it, before anybody else sees it. */
    static final class Block {
        byte[][] keys = new byte[BLOCK_ROWS][];
        byte[][] values = new byte[BLOCK_ROWS][];
        int rows;

        Block copy() {
            Block copy = new Block();
            System.arraycopy(keys, 0, copy.keys, 0, rows);
            System.arraycopy(values, 0, copy.values, 0, rows);
            copy.rows = rows;
            return copy;
        }

        byte[] firstKey() {
            return keys[0];
        }

        /** Place of a key, or {@code ~} the place where it would be. */
        int find(byte[] key) {
            return Arrays.binarySearch(keys, 0, rows, key, Arrays::compareUnsigned);
        }
    }

    int blockCount() {
        return count;
    }

    Block[] copyOfBlocks() {
        return Arrays.copyOf(blocks, Math.max(16, count + count / 8));
    }

    Optional<byte[]> get(byte[] key) {
        int at = blockFor(blocks, count, key);
        if (at < 0) {
            return Optional.empty();
        }
        int row = blocks[at].find(key);
        return row < 0 ? Optional.empty() : Optional.of(blocks[at].values[row]);
    }

    /** Visits {@code [from, toExclusive)}; an empty bound is none. False when the visitor stopped. */
    boolean scan(byte[] from, byte[] toExclusive, RowVisitor visitor) {
        int first = Math.max(0, blockFor(blocks, count, from));
        for (int at = first; at < count; at++) {
            Block block = blocks[at];
            int row = at == first ? placeOf(block.find(from)) : 0;
            for (; row < block.rows; row++) {
                if (toExclusive.length > 0 && Arrays.compareUnsigned(block.keys[row], toExclusive) >= 0) {
                    return true;
                }
                if (!visitor.row(block.keys[row], block.values[row])) {
                    return false;
                }
            }
        }
        return true;
    }

    static int placeOf(int found) {
        return found < 0 ? ~found : found;
    }

    /** The block that has the key if any has: the last one whose first key is not above it. -1 when the key is before all blocks. */
    static int blockFor(Block[] blocks, int count, byte[] key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Arrays.compareUnsigned(blocks[middle].firstKey(), key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
