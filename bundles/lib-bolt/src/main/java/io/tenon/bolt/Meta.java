package io.tenon.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A meta page: where a file's tree begins. There are two, written in turn, so that one is whole whatever a crash cut off; the one with the
 * higher transaction counts.
 *
 * @param root      page of the tree of buckets
 * @param freelist  page of the list of free pages, or {@link Format#NO_PAGE} when it is not kept
 * @param highWater the first page that was never used
 */
record Meta(int pageSize, long root, long freelist, long highWater, long transaction) {
    private static final int MAGIC = 0xED0CDAED;
    private static final int VERSION = 2;
    private static final int SUMMED_BYTES = 56;
    private static final int SMALLEST_PAGE = 512;
    private static final int LARGEST_PAGE = 16 << 20;
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    /** Reads bytes at a place; may give fewer at the end of the file. */
    interface Bytes {

        ByteBuffer read(long offset, int sizeBytes) throws IOException;
    }

    /** @throws BoltException neither meta page is whole */
    static Meta newest(Bytes file) throws IOException {
        Optional<Meta> first = at(file, 0);
        Optional<Meta> second = Optional.empty();
        if (first.isPresent()) {
            second = at(file, first.get().pageSize);
        }
        // The size of a page is only in the metas; without the first one the second is looked for where it can be.
        for (int size = SMALLEST_PAGE; first.isEmpty() && second.isEmpty() && size <= LARGEST_PAGE; size *= 2) {
            int guess = size;
            second = at(file, size).filter(meta -> meta.pageSize == guess);
        }
        return Stream.concat(first.stream(), second.stream()).max((a, b) -> Long.compareUnsigned(a.transaction, b.transaction))
                .orElseThrow(() -> new BoltException("pages 0 and 1: neither is a whole meta page, so this is no bolt file or a damaged one"));
    }

    private static Optional<Meta> at(Bytes file, long offset) throws IOException {
        int sizeBytes = Format.HEADER_BYTES + Format.META_BYTES;
        ByteBuffer page = file.read(offset, sizeBytes);
        return page.remaining() < sizeBytes ? Optional.empty() : of(page);
    }

    private static Optional<Meta> of(ByteBuffer page) {
        int at = Format.HEADER_BYTES;
        int pageSize = page.getInt(at + 8);
        boolean whole = Format.Header.at(page, 0).flags() == Format.META && page.getInt(at) == MAGIC && page.getInt(at + 4) == VERSION
                && page.getLong(at + SUMMED_BYTES) == sum(page, at)
                && Integer.bitCount(pageSize) == 1 && pageSize >= SMALLEST_PAGE && pageSize <= LARGEST_PAGE;
        return whole ? Optional.of(new Meta(pageSize, page.getLong(at + 16), page.getLong(at + 32), page.getLong(at + 40), page.getLong(at + 48)))
                : Optional.empty();
    }

    /** FNV-1a over the fields before the checksum. */
    private static long sum(ByteBuffer page, int at) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < SUMMED_BYTES; i++) {
            hash = (hash ^ Byte.toUnsignedLong(page.get(at + i))) * FNV_PRIME;
        }
        return hash;
    }

    /** The whole page. */
    byte[] page(long id) {
        ByteBuffer page = Format.allocate(pageSize);
        Format.putHeader(page, new Format.Header(id, Format.META, 0, 0));
        page.putInt(MAGIC).putInt(VERSION).putInt(pageSize).putInt(0).putLong(root).putLong(0).putLong(freelist).putLong(highWater)
                .putLong(transaction);
        page.putLong(sum(page, Format.HEADER_BYTES));
        return page.array();
    }
}
