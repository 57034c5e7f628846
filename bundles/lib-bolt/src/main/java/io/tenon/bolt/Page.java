package io.tenon.bolt;

import java.nio.ByteBuffer;

/**
 * The elements of a branch or leaf, with every offset checked: elements stand behind one another without gaps, as bolt writes them, so a
 * damaged count or length shows. The bytes are not copied until they are asked for.
 */
final class Page {
    /** For messages: an inline page has no place of its own, so it says that of the page it is in. */
    private final long id;
    private final Format.Header header;
    private final ByteBuffer bytes;

    private Page(long id, Format.Header header, ByteBuffer bytes) {
        this.id = id;
        this.header = header;
        this.bytes = bytes;
    }

    /**
     * Bytes that the elements take, the header included.
     *
     * @param table   at least header and table of the elements
     * @param atMost  the size of the page
     */
    static long usedBytes(long id, ByteBuffer table, long atMost) throws BoltException {
        Format.Header header = Format.Header.at(table, 0);
        if (header.flags() != Format.LEAF && header.flags() != Format.BRANCH) {
            throw new BoltException(id, "flags 0x" + Integer.toHexString(header.flags()) + " are neither a branch's nor a leaf's");
        }
        long end = tableEnd(header);
        for (int i = 0; i < header.count(); i++) {
            int element = Format.HEADER_BYTES + i * Format.ELEMENT_BYTES;
            int sizes = header.flags() == Format.LEAF ? element + 4 : element;
            long key = element + Integer.toUnsignedLong(table.getInt(sizes));
            if (key != end) {
                throw new BoltException(id, "element " + i + " is at " + key + " instead of " + end);
            }
            end = key + Integer.toUnsignedLong(table.getInt(sizes + 4));
            if (header.flags() == Format.LEAF) {
                end += Integer.toUnsignedLong(table.getInt(sizes + 8));
            }
            if (end > atMost) {
                throw new BoltException(id, "element " + i + " ends at " + end + ", the page at " + atMost);
            }
        }
        return end;
    }

    static long tableEnd(Format.Header header) {
        return Format.HEADER_BYTES + (long) header.count() * Format.ELEMENT_BYTES;
    }

    /** @param bytes at least what {@link #usedBytes} says, from the header on */
    static Page of(long id, ByteBuffer bytes) {
        return new Page(id, Format.Header.at(bytes, 0), bytes);
    }

    long id() {
        return id;
    }

    Format.Header header() {
        return header;
    }

    boolean isLeaf() {
        return header.flags() == Format.LEAF;
    }

    int count() {
        return header.count();
    }

    private int element(int i) {
        return Format.HEADER_BYTES + i * Format.ELEMENT_BYTES;
    }

    private int sizes(int i) {
        return isLeaf() ? element(i) + 4 : element(i);
    }

    byte[] key(int i) {
        return copy(element(i) + bytes.getInt(sizes(i)), bytes.getInt(sizes(i) + 4));
    }

    byte[] value(int i) {
        return copy(valueAt(i), bytes.getInt(sizes(i) + 8));
    }

    /** The value's bytes, uncopied. */
    ByteBuffer valueBytes(int i) {
        return bytes.slice(valueAt(i), bytes.getInt(sizes(i) + 8)).order(bytes.order());
    }

    private int valueAt(int i) {
        return element(i) + bytes.getInt(sizes(i)) + bytes.getInt(sizes(i) + 4);
    }

    int elementFlags(int i) {
        return bytes.getInt(element(i));
    }

    long child(int i) {
        return bytes.getLong(element(i) + 8);
    }

    private byte[] copy(int at, int sizeBytes) {
        byte[] copy = new byte[sizeBytes];
        bytes.get(at, copy);
        return copy;
    }
}
