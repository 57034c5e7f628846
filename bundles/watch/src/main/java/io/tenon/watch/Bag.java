package io.tenon.watch;

import java.util.Arrays;
import java.util.function.Consumer;

/** Entries of one key or range, without order: added and removed in constant time. {@code entries[i].place == i} for all i below the size. */
final class Bag<T extends Ranged> {
    private Ranged[] entries = new Ranged[1];
    private int count;

    void add(T entry) {
        if (entry.place != -1) {
            throw new IllegalStateException("entry of " + entry.range() + " is already at place " + entry.place);
        }
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, 2 * count);
        }
        entry.place = count;
        entries[count++] = entry;
    }

    void remove(T entry) {
        int place = entry.place;
        if (place < 0 || place >= count || entries[place] != entry) {
            throw new IllegalStateException("entry of " + entry.range() + " is not at place " + place + " of " + count);
        }
        Ranged last = entries[--count];
        entries[count] = null;
        if (last != entry) {
            entries[place] = last;
            last.place = place;
        }
        entry.place = -1;
    }

    boolean isEmpty() {
        return count == 0;
    }

    @SuppressWarnings("unchecked") // only T are put in
    void forEach(Consumer<? super T> consumer) {
        for (int i = 0; i < count; i++) {
            consumer.accept((T) entries[i]);
        }
    }
}
