package io.tenon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The index against asking every entry. */
class KeyIndexTest {

    private static final class Entry extends Ranged {
        Entry(KeyRange range) {
            super(range);
        }
    }

    @Test
    void itFindsWhatAskingEveryEntryFinds() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 60; round++) {
            compare(random);
        }
    }

    private static void compare(SplittableRandom random) {
        KeyIndex<Entry> index = new KeyIndex<>();
        List<Entry> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            if (random.nextInt(3) == 0 && !all.isEmpty()) {
                index.remove(all.remove(random.nextInt(all.size())));
            } else {
                Entry entry = new Entry(range(random));
                index.add(entry);
                all.add(entry);
            }
            ByteString key = key(random);
            Set<Entry> found = Collections.newSetFromMap(new IdentityHashMap<>());
            index.match(key, entry -> assertTrue(found.add(entry), "found twice"));
            assertEquals(all.stream().filter(entry -> holds(entry.range(), key)).count(), found.size());
            assertTrue(found.stream().allMatch(entry -> holds(entry.range(), key)));
            assertEquals(all.size(), index.count());
        }
        all.forEach(index::remove);
        assertTrue(index.isEmpty());
    }

    private static KeyRange range(SplittableRandom random) {
        while (true) {
            ByteString end = switch (random.nextInt(4)) {
                case 0 -> ByteString.EMPTY;
                case 1 -> ByteString.copyFrom(new byte[1]);
                default -> key(random);
            };
            KeyRange range = KeyRange.of(key(random), end);
            if (!range.empty()) {
                return range;
            }
        }
    }

    /** Short, of few bytes, some of them negative as Java sees it. */
    private static ByteString key(SplittableRandom random) {
        byte[] key = new byte[random.nextInt(1, 4)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(4) * 85);
        }
        return ByteString.copyFrom(key);
    }

    private static boolean holds(KeyRange range, ByteString key) {
        if (range.single()) {
            return range.from().equals(key);
        }
        boolean after = Arrays.compareUnsigned(range.from().toByteArray(), key.toByteArray()) <= 0;
        return after && (range.unbounded() || Arrays.compareUnsigned(key.toByteArray(), range.to().toByteArray()) < 0);
    }
}
