package io.tenon.storage.memory;

import io.tenon.storage.memory.SortedRows.Block;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

/** Makes the next generation of rows: copies each block it touches once, and the list of blocks once. One owner, one batch. */
final class Edit {
    private Block[] blocks;
    private int count;
    private final Set<Block> own = Collections.newSetFromMap(new IdentityHashMap<>());

    Edit(SortedRows before) {
        blocks = before.copyOfBlocks();
        count = before.blockCount();
    }

    /** Answers the value before. */
    Optional<byte[]> put(byte[] key, byte[] value) {
        int at = Math.max(0, SortedRows.blockFor(blocks, count, key));
        if (count == 0) {
            insertBlock(0, new Block());
        }
        Block block = own(at);
        int row = block.find(key);
        if (row >= 0) {
            byte[] before = block.values[row];
            block.values[row] = value;
            return Optional.of(before);
        }
        insert(at, ~row, key, value);
        return Optional.empty();
    }

    private void insert(int at, int row, byte[] key, byte[] value) {
        Block block = blocks[at];
        if (block.rows < SortedRows.BLOCK_ROWS) {
            insertRow(block, row, key, value);
        } else if (row == block.rows) {
            insertBlock(at + 1, new Block());
            insertRow(blocks[at + 1], 0, key, value);
        } else {
            split(at);
            int half = blocks[at].rows;
            insertRow(blocks[row <= half ? at : at + 1], row <= half ? row : row - half, key, value);
        }
    }

    private static void insertRow(Block block, int row, byte[] key, byte[] value) {
        move(block, row, block, row + 1, block.rows - row);
        block.keys[row] = key;
        block.values[row] = value;
        block.rows++;
    }

    private void split(int at) {
        Block low = blocks[at];
        Block high = new Block();
        int half = low.rows / 2;
        high.rows = low.rows - half;
        move(low, half, high, 0, high.rows);
        clear(low, half);
        insertBlock(at + 1, high);
    }

    /** Answers the value before. */
    Optional<byte[]> remove(byte[] key) {
        int at = SortedRows.blockFor(blocks, count, key);
        int row = at < 0 ? -1 : blocks[at].find(key);
        if (row < 0) {
            return Optional.empty();
        }
        Block block = own(at);
        byte[] before = block.values[row];
        move(block, row + 1, block, row, block.rows - row - 1);
        clear(block, block.rows - 1);
        if (block.rows == 0) {
            removeBlock(at);
        } else if (at + 1 < count && block.rows + blocks[at + 1].rows <= SortedRows.BLOCK_ROWS / 2) {
            Block next = blocks[at + 1];
            move(next, 0, block, block.rows, next.rows);
            block.rows += next.rows;
            removeBlock(at + 1);
        }
        return Optional.of(before);
    }

    private static void move(Block from, int fromRow, Block to, int toRow, int rows) {
        System.arraycopy(from.keys, fromRow, to.keys, toRow, rows);
        System.arraycopy(from.values, fromRow, to.values, toRow, rows);
    }

    private static void clear(Block block, int rows) {
        Arrays.fill(block.keys, rows, block.rows, null);
        Arrays.fill(block.values, rows, block.rows, null);
        block.rows = rows;
    }

    private Block own(int at) {
        if (!own.contains(blocks[at])) {
            blocks[at] = blocks[at].copy();
            own.add(blocks[at]);
        }
        return blocks[at];
    }

    private void insertBlock(int at, Block block) {
        if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, count + count / 8 + 16);
        }
        System.arraycopy(blocks, at, blocks, at + 1, count - at);
        blocks[at] = block;
        own.add(block);
        count++;
    }

    private void removeBlock(int at) {
        own.remove(blocks[at]);
        System.arraycopy(blocks, at + 1, blocks, at, count - at - 1);
        blocks[--count] = null;
    }

    /** The next generation; this edit is over. */
    SortedRows done() {
        return new SortedRows(blocks, count);
    }
}
