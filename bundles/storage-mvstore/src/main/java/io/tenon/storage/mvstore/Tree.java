package io.tenon.storage.mvstore;

import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.RowVisitor;
import java.util.Arrays;
import java.util.Optional;
import org.h2.mvstore.Page;

/** Reads a B-tree below a root that never changes. Any thread. */
final class Tree {
    /** One page in so many has the bits of its offset that make its reader look after the cache. */
    private static final long CACHE_CHECK_MASK = 0xFF << 6;

    private final Store store;
    private final Page<byte[], byte[]> root;
    private final Gate gate;

    Tree(Store store, Page<byte[], byte[]> root, Gate gate) {
        this.store = store;
        this.root = root;
        this.gate = gate;
    }

    long size() {
        return root.getTotalCount();
    }

    Optional<byte[]> get(byte[] key) {
        gate.checkOpen();
        Page<byte[], byte[]> page = root;
        while (!page.isLeaf()) {
            page = child(page, childFor(page, key));
        }
        int place = lowerBound(page, key);
        if (place == page.getKeyCount() || !Arrays.equals(page.getKey(place), key)) {
            return Optional.empty();
        }
        return Optional.of(page.getValue(place));
    }

    /** Visits rows {@code [from, toExclusive)}; an empty bound is none. False when the visitor stopped. */
    boolean scan(byte[] from, byte[] toExclusive, RowVisitor visitor) {
        gate.checkOpen();
        return scan(root, from, toExclusive, visitor);
    }

    private boolean scan(Page<byte[], byte[]> page, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        if (page.isLeaf()) {
            return scanLeaf(page, from, toExclusive, visitor);
        }
        int last = page.getKeyCount();
        for (int i = childFor(page, from); i <= last; i++) {
            if (i > 0 && isAtEnd(page.getKey(i - 1), toExclusive)) {
                return true;
            }
            if (!scan(child(page, i), from, toExclusive, visitor)) {
                return false;
            }
        }
        return true;
    }

    private static boolean scanLeaf(Page<byte[], byte[]> leaf, byte[] from, byte[] toExclusive, RowVisitor visitor) {
        int count = leaf.getKeyCount();
        for (int i = lowerBound(leaf, from); i < count; i++) {
            byte[] key = leaf.getKey(i);
            if (isAtEnd(key, toExclusive)) {
                return true;
            }
            if (!visitor.row(key, leaf.getValue(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAtEnd(byte[] key, byte[] toExclusive) {
        return toExclusive.length > 0 && Arrays.compareUnsigned(key, toExclusive) >= 0;
    }

    /** @throws EngineClosedException also when the session was closed while the page was being read: it may be of a later state */
    private Page<byte[], byte[]> child(Page<byte[], byte[]> page, int place) {
        Page<byte[], byte[]> child;
        try {
            child = page.getChildPage(place);
        } catch (RuntimeException | AssertionError failure) {
            throw gate.readFailed(failure);
        }
        if ((child.getPos() & CACHE_CHECK_MASK) == 0) {
            store.boundCache();
        }
        gate.checkOpen();
        return child;
    }

    /** Child {@code i} has the keys below key {@code i}; the last child has the rest. */
    private static int childFor(Page<byte[], byte[]> page, byte[] key) {
        int low = 0;
        int high = page.getKeyCount();
        while (low < high) {
            int middle = low + high >>> 1;
            if (Arrays.compareUnsigned(page.getKey(middle), key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Place of the first key that is not below. */
    private static int lowerBound(Page<byte[], byte[]> leaf, byte[] key) {
        int low = 0;
        int high = leaf.getKeyCount();
        while (low < high) {
            int middle = low + high >>> 1;
            if (Arrays.compareUnsigned(leaf.getKey(middle), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
