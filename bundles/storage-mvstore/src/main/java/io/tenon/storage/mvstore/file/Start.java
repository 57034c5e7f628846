package io.tenon.storage.mvstore.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.h2.mvstore.DataUtils;

/**
 * A place to start from when a file is opened.
 *
 * <p>A file that a session closed has a header that says so, and its newest state is where the header points. In any other file the header
 * is worth nothing: it is written in place, without syncs, and may point to a state that did not reach the disk, from where MVStore
 * goes back too far. So all chunks that are whole are looked up, and each is tried, newest first, until one is found from which
 * everything that it needs is whole too. That is never older than the last flush, since nothing of it was overwritten.
 *
 * @param header      the two header blocks to be used
 * @param version     of the state that must be found
 * @param wholeChunks first blocks of chunks that may be used; empty when all may
 */
public record Start(ByteBuffer header, long version, Set<Long> wholeChunks) {
    private static final Pattern CLOSED = Pattern.compile("clean:1.*version:([0-9a-f]{1,15}),");
    private static final long EMPTY_VERSION = 0;

    /** Places to start from, best first. */
    public static List<Start> of(Disk disk) throws IOException {
        BlockReader reader = new BlockReader(disk);
        long blocks = disk.sizeBytes() / Blocks.STORED_BYTES;
        if (disk.sizeBytes() == 0) {
            return List.of(new Start(ByteBuffer.allocate(0), EMPTY_VERSION, Set.of()));
        }
        if (blocks <= BlockReader.HEADER_BLOCKS) {
            throw reader.corrupt("has " + disk.sizeBytes() + " bytes, too few for a store");
        }
        ByteBuffer header = reader.header();
        Matcher one = CLOSED.matcher(BlockReader.text(header.slice(0, Blocks.DATA_BYTES)));
        Matcher other = CLOSED.matcher(BlockReader.text(header.slice(Blocks.DATA_BYTES, Blocks.DATA_BYTES)));
        if (one.find() && other.find() && one.group(1).equals(other.group(1))) {
            return List.of(new Start(header, Long.parseLong(one.group(1), 16), Set.of()));
        }
        ChunkScan scan = ChunkScan.of(reader, blocks);
        Stream<Start> starts = scan.newestFirst().map(chunk -> new Start(headerFor(chunk), chunk.version(), scan.places()));
        return starts.toList();
    }

    private static ByteBuffer headerFor(ChunkScan.Found chunk) {
        byte[] text = String.format("H:2,block:%x,blockSize:1000,chunk:%x,created:0,format:3,version:%x", chunk.block(), chunk.id(),
                chunk.version()).getBytes(StandardCharsets.ISO_8859_1);
        int sum = DataUtils.getFletcher32(text, 0, text.length);
        byte[] tail = String.format(",fletcher:%x\n", sum).getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer header = ByteBuffer.allocate(BlockReader.HEADER_BLOCKS * Blocks.DATA_BYTES);
        header.put(0, text).put(text.length, tail);
        return header.put(Blocks.DATA_BYTES, text).put(Blocks.DATA_BYTES + text.length, tail);
    }

    static boolean saysClosed(ByteBuffer header) {
        return CLOSED.matcher(BlockReader.text(header.slice(header.position(), Blocks.DATA_BYTES))).find();
    }

    /** True when the file was closed and this is the only place to start from. */
    public boolean isCertain() {
        return wholeChunks.isEmpty();
    }

    boolean isEmpty() {
        return !header.hasRemaining();
    }

    boolean isUsable(long block) {
        return wholeChunks.isEmpty() || wholeChunks.contains(block);
    }
}
