package io.tenon.storage.mvstore.file;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a file from end to end once and finds the chunks of which every block is there. */
final class ChunkScan {
    private static final Pattern HEAD = Pattern.compile("^chunk:[0-9a-f]{1,7},len:([0-9a-f]{1,7}),[^\\n]*version:([0-9a-f]{1,15})[, ]");
    /** A chunk's head is one line. */
    private static final int MOST_HEAD_BYTES = 1024;
    private static final int BLOCKS_PER_READ = 256;

    private final Map<Long, Found> chunks = new HashMap<>();
    private final Set<Long> lastBlocks = new HashSet<>();
    private Found current = Found.NONE;
    private Blocks.Origin before = new Blocks.Origin(0, -1);

    /** A chunk, by what its head says. */
    record Found(long block, long blocks, long version) {
        private static final Found NONE = new Found(0, 0, 0);
    }

    private ChunkScan() {
    }

    static ChunkScan of(BlockReader reader, long blocks) {
        ChunkScan scan = new ChunkScan();
        for (long first = BlockReader.HEADER_BLOCKS; first < blocks; first += BLOCKS_PER_READ) {
            int count = (int) Math.min(BLOCKS_PER_READ, blocks - first);
            ByteBuffer stored = reader.stored(first, count);
            for (int i = 0; i < count; i++) {
                scan.block(stored, i * Blocks.STORED_BYTES, first + i);
            }
        }
        return scan;
    }

    private void block(ByteBuffer stored, int start, long block) {
        if (!Blocks.intact(stored, start, block)) {
            current = Found.NONE;
            return;
        }
        Blocks.Origin origin = Blocks.origin(stored, start);
        if (origin.place() == 0) {
            current = head(stored, start, block);
        } else if (!origin.follows(before)) {
            current = Found.NONE;
        }
        before = origin;
        if (current.blocks > 0 && block == current.block + current.blocks - 1) {
            chunks.put(current.block, current);
            lastBlocks.add(block);
        }
    }

    private static Found head(ByteBuffer stored, int start, long block) {
        Matcher head = HEAD.matcher(BlockReader.text(stored.slice(start, MOST_HEAD_BYTES)));
        return head.find() ? new Found(block, Long.parseLong(head.group(1), 16), Long.parseLong(head.group(2), 16)) : Found.NONE;
    }

    boolean isHead(long block) {
        return chunks.containsKey(block);
    }

    boolean isFoot(long block) {
        return lastBlocks.contains(block);
    }

    List<Found> newerThan(long version) {
        return chunks.values().stream().filter(chunk -> chunk.version > version).toList();
    }
}
