package io.tenon.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Goes through a tree of pages in the order of the keys, with one page for each level in memory. Used once. */
final class Walk {
    /** Of pages and of buckets within buckets; two elements a branch would need more pages than there can be. */
    private static final int MOST_LEVELS = 64;

    private final Pages pages;
    private final BoltVisitor visitor;

    Walk(Pages pages, BoltVisitor visitor) {
        this.pages = pages;
        this.visitor = visitor;
    }

    /** Where in the tree a page is. Its keys are in {@code [from, to)}. */
    private record Place(int depth, int level, byte[] from, Optional<byte[]> to) {

        static Place root(int depth, int level) {
            return new Place(depth, level, new byte[0], Optional.empty());
        }

        boolean isRoot() {
            return from.length == 0 && to.isEmpty();
        }
    }

    /** The buckets of the file itself. */
    void file(long root) throws IOException {
        Page page = pages.tree(root);
        elements(page, Place.root(-1, 0));
    }

    private void elements(Page page, Place place) throws IOException {
        if (place.level > MOST_LEVELS) {
            throw new BoltException(page.id(), "is " + place.level + " levels deep");
        }
        if (page.count() == 0 && !(place.isRoot() && page.isLeaf())) {
            throw new BoltException(page.id(), "has no elements");
        }
        byte[] last = {};
        for (int i = 0; i < page.count(); i++) {
            byte[] key = page.key(i);
            checkKey(page, i, key, last, place);
            last = key;
            if (page.isLeaf()) {
                leafElement(page, i, key, place);
            } else {
                Optional<byte[]> to = i + 1 < page.count() ? Optional.of(page.key(i + 1)) : place.to;
                elements(pages.tree(page.child(i)), new Place(place.depth, place.level + 1, key, to));
            }
        }
    }

    private static void checkKey(Page page, int i, byte[] key, byte[] last, Place place) throws BoltException {
        if (key.length == 0 || key.length > Format.MOST_KEY_BYTES) {
            throw new BoltException(page.id(), "key " + i + " is " + key.length + " bytes long");
        }
        if (i > 0 && Arrays.compareUnsigned(last, key) >= 0) {
            throw new BoltException(page.id(), "key " + i + " is not after the one before");
        }
        if (Arrays.compareUnsigned(key, place.from) < 0 || place.to.isPresent() && Arrays.compareUnsigned(key, place.to.get()) >= 0) {
            throw new BoltException(page.id(), "key " + i + " is not between those of the branch above");
        }
    }

    private void leafElement(Page page, int i, byte[] key, Place place) throws IOException {
        int flags = page.elementFlags(i);
        if (flags != 0 && flags != Format.BUCKET_ELEMENT) {
            throw new BoltException(page.id(), "element " + i + " has flags 0x" + Integer.toHexString(flags));
        }
        if (flags == Format.BUCKET_ELEMENT) {
            visitor.bucket(place.depth + 1, key);
            elements(bucket(page, i), Place.root(place.depth + 1, place.level + 1));
        } else if (place.depth < 0) {
            throw new BoltException(page.id(), "element " + i + " is a row outside of any bucket");
        } else {
            visitor.row(place.depth, key, page.value(i));
        }
    }

    /** The root of a bucket: a page of its own, or within the value of the element that names it. */
    private Page bucket(Page page, int i) throws IOException {
        ByteBuffer value = page.valueBytes(i);
        if (value.remaining() < Format.BUCKET_BYTES) {
            throw new BoltException(page.id(), "the bucket in element " + i + " has " + value.remaining() + " bytes");
        }
        long root = value.getLong(0);
        if (root != 0) {
            return pages.tree(root);
        }
        ByteBuffer inline = value.slice(Format.BUCKET_BYTES, value.remaining() - Format.BUCKET_BYTES).order(value.order());
        if (inline.remaining() < Format.HEADER_BYTES) {
            throw new BoltException(page.id(), "the bucket in element " + i + " has no page");
        }
        Format.Header header = Format.Header.at(inline, 0);
        if (header.flags() != Format.LEAF || header.overflow() != 0 || Page.tableEnd(header) > inline.remaining()) {
            throw new BoltException(page.id(), "the bucket in element " + i + " is no leaf within it");
        }
        Page.usedBytes(page.id(), inline, inline.remaining());
        return Page.of(page.id(), inline);
    }
}
