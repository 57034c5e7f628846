package io.tenon.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.BitSet;

/**
 * Reads pages of a file and keeps in mind which were read: none belongs to two places. No more is read than the elements take, so a damaged
 * length costs no memory that the file does not have.
 */
final class Pages {
    /** A page with elements that take more is refused; far beyond what any limit of requests lets in. */
    static final long MOST_BYTES_OF_A_PAGE = 1L << 30;

    private final FileChannel file;
    private final Meta meta;
    private final BitSet reached;

    /** @throws BoltException the file is shorter than it should be */
    Pages(FileChannel file, Meta meta) throws IOException {
        this.file = file;
        this.meta = meta;
        long pagesThere = file.size() / meta.pageSize();
        if (meta.highWater() < Format.FIRST_DATA_PAGE || meta.highWater() > Math.min(pagesThere, Integer.MAX_VALUE - 1)) {
            throw new BoltException("meta page: " + Long.toUnsignedString(meta.highWater()) + " pages are in use, the file has " + pagesThere);
        }
        reached = new BitSet((int) meta.highWater());
    }

    static ByteBuffer read(FileChannel file, long offset, int sizeBytes) throws IOException {
        ByteBuffer bytes = Format.allocate(sizeBytes);
        int count = 0;
        while (count >= 0 && bytes.hasRemaining()) {
            count = file.read(bytes, offset + bytes.position());
        }
        return bytes.flip();
    }

    /** Reads a branch or leaf that was not read before. */
    Page tree(long id) throws IOException {
        Format.Header header = reach(id);
        long pageBytes = (header.overflow() + 1) * meta.pageSize();
        long tableBytes = Math.max(Page.tableEnd(header), meta.pageSize());
        if (tableBytes > pageBytes) {
            throw new BoltException(id, "has " + header.count() + " elements, which do not fit");
        }
        ByteBuffer start = bytes(id, (int) tableBytes);
        long used = Page.usedBytes(id, start, pageBytes);
        if (used > MOST_BYTES_OF_A_PAGE) {
            throw new BoltException(id, "has " + used + " bytes of elements");
        }
        return Page.of(id, used <= tableBytes ? start : bytes(id, (int) used));
    }

    /** Ids of the free pages, if the list is kept: these and those in the tree are all there are. */
    void checkFreePages() throws IOException {
        long id = meta.freelist();
        if (id == Format.NO_PAGE) {
            return;
        }
        Format.Header header = reach(id);
        if (header.flags() != Format.FREELIST) {
            throw new BoltException(id, "flags 0x" + Integer.toHexString(header.flags()) + " are not those of the list of free pages");
        }
        boolean counted = header.count() == Format.MOST_ELEMENTS;
        long count = counted ? bytes(id, Format.HEADER_BYTES + Long.BYTES).getLong(Format.HEADER_BYTES) : header.count();
        int at = Format.HEADER_BYTES + (counted ? Long.BYTES : 0);
        long pageBytes = (header.overflow() + 1) * meta.pageSize();
        if (count < 0 || count > meta.highWater() || at + count * Long.BYTES > pageBytes) {
            throw new BoltException(id, "lists " + Long.toUnsignedString(count) + " free pages of " + meta.highWater());
        }
        ByteBuffer list = bytes(id, (int) (at + count * Long.BYTES)).position(at);
        while (list.hasRemaining()) {
            mark(list.getLong(), "is listed as free");
        }
        int lost = reached.nextClearBit((int) Format.FIRST_DATA_PAGE);
        if (lost < meta.highWater()) {
            throw new BoltException(lost, "is neither in the tree nor free");
        }
    }

    private Format.Header reach(long id) throws IOException {
        mark(id, "is reached");
        Format.Header header = Format.Header.at(bytes(id, Format.HEADER_BYTES), 0);
        if (header.id() != id) {
            throw new BoltException(id, "says it is page " + Long.toUnsignedString(header.id()));
        }
        if (header.overflow() >= meta.highWater() - id) {
            throw new BoltException(id, "goes on for " + header.overflow() + " pages, beyond the last one");
        }
        for (long more = 1; more <= header.overflow(); more++) {
            mark(id + more, "is reached");
        }
        return header;
    }

    private void mark(long id, String how) throws BoltException {
        if (id < Format.FIRST_DATA_PAGE || id >= meta.highWater()) {
            throw new BoltException(id, how + ", but pages are 2 to " + (meta.highWater() - 1));
        }
        if (reached.get((int) id)) {
            throw new BoltException(id, how + " a second time");
        }
        reached.set((int) id);
    }

    private ByteBuffer bytes(long id, int sizeBytes) throws IOException {
        ByteBuffer bytes = read(file, id * meta.pageSize(), sizeBytes);
        if (bytes.remaining() < sizeBytes) {
            throw new BoltException(id, "is cut off");
        }
        return bytes;
    }
}
