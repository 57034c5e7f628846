package io.tenon.storage.mvstore.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.DataUtils;

/**
 * How a file is opened.
 *
 * <p>A file that a session closed has a header that says so, and its newest state is where the header points. In any other file the header
 * is worth nothing: it is written in place, without syncs, and may point to a state that did not reach the disk, from where MVStore goes
 * back too far. So the file is read through once, and MVStore gets a header without a pointer, which makes it look at all chunks and
 * take the newest from which everything that it needs is there. That is never older than the last flush, since nothing of it was
 * overwritten.
 *
 * @param header        the two header blocks to be used
 * @param closedVersion of the state that must be found in a closed file; 0 in a new one
 * @param scan          what was found in a file that was not closed
 */
public record Start(ByteBuffer header, long closedVersion, Optional<ChunkScan> scan) {
    private static final Pattern CLOSED = Pattern.compile("clean:1.*version:([0-9a-f]{1,15}),");
    private static final String NO_POINTER = "H:2,block:2,blockSize:1000,chunk:0,created:0,format:3,version:0";

    /** Looks at a file; reads it through when it was not closed. */
    public static Start of(Disk disk) throws IOException {
        BlockReader reader = new BlockReader(disk);
        if (disk.sizeBytes() == 0) {
            return new Start(ByteBuffer.allocate(0), 0, Optional.empty());
        }
        long blocks = disk.sizeBytes() / Blocks.STORED_BYTES;
        if (blocks <= BlockReader.HEADER_BLOCKS) {
            throw reader.corrupt("has " + disk.sizeBytes() + " bytes, too few for a store");
        }
        ByteBuffer header = reader.header();
        Matcher one = CLOSED.matcher(BlockReader.text(header.slice(0, Blocks.DATA_BYTES)));
        Matcher other = CLOSED.matcher(BlockReader.text(header.slice(Blocks.DATA_BYTES, Blocks.DATA_BYTES)));
        if (one.find() && other.find() && one.group(1).equals(other.group(1))) {
            return new Start(header, Long.parseLong(one.group(1), 16), Optional.empty());
        }
        return new Start(headerWithoutPointer(), 0, Optional.of(ChunkScan.of(reader, blocks)));
    }

    /** The header of a file that is open. */
    static ByteBuffer headerWithoutPointer() {
        byte[] text = NO_POINTER.getBytes(StandardCharsets.ISO_8859_1);
        int sum = DataUtils.getFletcher32(text, 0, text.length);
        byte[] tail = String.format(",fletcher:%x\n", sum).getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer header = ByteBuffer.allocate(BlockReader.HEADER_BLOCKS * Blocks.DATA_BYTES);
        header.put(0, text).put(text.length, tail);
        return header.put(Blocks.DATA_BYTES, text).put(Blocks.DATA_BYTES + text.length, tail);
    }

    static boolean saysClosed(ByteBuffer header) {
        return CLOSED.matcher(BlockReader.text(header.slice(header.position(), Blocks.DATA_BYTES))).find();
    }

    boolean isNew() {
        return !header.hasRemaining();
    }
}
