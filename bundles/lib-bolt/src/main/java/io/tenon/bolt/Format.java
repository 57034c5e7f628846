package io.tenon.bolt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Where things are on a page. Everything is little-endian. */
final class Format {
    static final int HEADER_BYTES = 16;
    static final int ELEMENT_BYTES = 16;
    static final int BUCKET_BYTES = 16;
    static final int META_BYTES = 64;
    static final int MOST_KEY_BYTES = 32_768;
    static final int MOST_ELEMENTS = 0xFFFF;

    static final int BRANCH = 0x01;
    static final int LEAF = 0x02;
    static final int META = 0x04;
    static final int FREELIST = 0x10;

    /** An element of a leaf that is a bucket. */
    static final int BUCKET_ELEMENT = 0x01;
    /** Pages 0 and 1 are the metas. */
    static final long FIRST_DATA_PAGE = 2;
    static final long NO_PAGE = -1L;

    private Format() {
    }

    static ByteBuffer allocate(int sizeBytes) {
        return ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static void putHeader(ByteBuffer into, Header header) {
        into.putLong(header.id).putShort((short) header.flags).putShort((short) header.count).putInt((int) header.overflow);
    }

    /**
     * What every page begins with.
     *
     * @param overflow further pages that belong to this one
     */
    record Header(long id, int flags, int count, long overflow) {

        static Header at(ByteBuffer page, int offset) {
            return new Header(page.getLong(offset), Short.toUnsignedInt(page.getShort(offset + 8)),
                    Short.toUnsignedInt(page.getShort(offset + 10)), Integer.toUnsignedLong(page.getInt(offset + 12)));
        }
    }
}
