package io.tenon.watch;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Finds those who watch a key: the watchers of exactly this key by one hash lookup, then those of ranges. One thread. */
final class KeyIndex<T extends Ranged> {
    /** Linked, so that walking over all is in an order that histories decide, not hashes. */
    private final Map<ByteString, Bag<T>> single = new LinkedHashMap<>();
    private final RangeTree<T> ranges = new RangeTree<>();
    private int count;

    void add(T entry) {
        if (entry.range().single()) {
            single.computeIfAbsent(entry.range().from(), key -> new Bag<>()).add(entry);
        } else {
            ranges.add(entry);
        }
        count++;
    }

    void remove(T entry) {
        if (entry.range().single()) {
            Bag<T> bag = single.get(entry.range().from());
            if (bag == null) {
                throw new IllegalStateException("no watcher of " + entry.range());
            }
            bag.remove(entry);
            if (bag.isEmpty()) {
                single.remove(entry.range().from());
            }
        } else {
            ranges.remove(entry);
        }
        count--;
    }

    void match(ByteString key, Consumer<? super T> found) {
        if (!single.isEmpty()) {
            Bag<T> bag = single.get(key);
            if (bag != null) {
                bag.forEach(found);
            }
        }
        if (!ranges.isEmpty()) {
            ranges.match(key.toByteArray(), found);
        }
    }

    void forEach(Consumer<? super T> consumer) {
        single.values().forEach(bag -> bag.forEach(consumer));
        ranges.forEach(consumer);
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }
}
