package io.tenon.bolt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Elements of a page that is not yet written. */
final class Draft {
    private static final byte[] NOTHING = {};

    private final int pageFlags;
    private final List<Element> elements = new ArrayList<>();
    private long sizeBytes = Format.HEADER_BYTES;

    /** @param child page below, of a branch's element */
    private record Element(int flags, byte[] key, byte[] value, long child) {
    }

    private Draft(int pageFlags) {
        this.pageFlags = pageFlags;
    }

    static Draft leaf() {
        return new Draft(Format.LEAF);
    }

    static Draft branch() {
        return new Draft(Format.BRANCH);
    }

    Draft row(byte[] key, byte[] value) {
        return add(new Element(0, key, value, 0));
    }

    Draft bucket(byte[] name, byte[] value) {
        return add(new Element(Format.BUCKET_ELEMENT, name, value, 0));
    }

    Draft child(byte[] firstKey, long page) {
        return add(new Element(0, firstKey, NOTHING, page));
    }

    private Draft add(Element element) {
        elements.add(element);
        sizeBytes += Format.ELEMENT_BYTES + element.key.length + element.value.length;
        return this;
    }

    void addAll(Draft following) {
        following.elements.forEach(this::add);
    }

    boolean isLeaf() {
        return pageFlags == Format.LEAF;
    }

    int count() {
        return elements.size();
    }

    byte[] firstKey() {
        return elements.getFirst().key;
    }

    /** Header, elements, keys and values. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Writes exactly {@link #sizeBytes()}. */
    void writeTo(OutputStream stream, long id, long overflow) throws IOException {
        ByteBuffer table = Format.allocate(Format.HEADER_BYTES + elements.size() * Format.ELEMENT_BYTES);
        Format.putHeader(table, new Format.Header(id, pageFlags, elements.size(), overflow));
        long at = table.capacity();
        for (Element element : elements) {
            int position = Math.toIntExact(at - table.position());
            if (isLeaf()) {
                table.putInt(element.flags).putInt(position).putInt(element.key.length).putInt(element.value.length);
            } else {
                table.putInt(position).putInt(element.key.length).putLong(element.child);
            }
            at += element.key.length + element.value.length;
        }
        stream.write(table.array());
        for (Element element : elements) {
            stream.write(element.key);
            stream.write(element.value);
        }
    }
}
