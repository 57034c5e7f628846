package io.tenon.mvcc.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyIndexTest {
    private static final byte[] NO_BOUND = new byte[0];

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheSlowIndexWhateverHappens(long seed) {
        new RandomWalk(seed).run(6_000);
    }

    @Test
    void keyWithManyRevisionsIsFoundAtEachOfThem() {
        KeyIndex index = new KeyIndex();
        byte[] key = bytes("hot");
        KeyVersion version = new KeyVersion();
        int changes = 20_000;
        for (int main = 2; main <= changes; main++) {
            if (main % 1000 == 0) {
                assertTrue(index.remove(key, main, 0));
            } else {
                index.put(key, main, main % 7, version);
            }
        }
        for (int main = 2; main <= changes; main++) {
            boolean found = index.current().find(key, main, version);
            assertEquals(main % 1000 != 0, found, "at " + main);
            if (found) {
                assertEquals(main, version.main());
                assertEquals(main % 7, version.sub());
                long created = main < 1000 ? 2 : main / 1000 * 1000 + 1;
                assertEquals(created, version.created(), "at " + main);
                assertEquals(main - created + 1, version.version(), "at " + main);
            }
        }
        assertFalse(index.current().find(key, 1, version));
        assertEquals(changes - 1, index.current().revisions(key).size());
    }

    @Test
    void hotKeyIsCompactedInBoundedSlices() {
        KeyIndex index = new KeyIndex();
        for (int main = 2; main <= 10_001; main++) {
            index.put(bytes("hot"), main, 0, new KeyVersion());
        }
        List<Long> dropped = new ArrayList<>();
        byte[] next = NO_BOUND;
        int slices = 0;
        for (Optional<byte[]> more = Optional.of(next); more.isPresent(); slices++) {
            int before = dropped.size();
            more = index.compact(more.get(), 9_000, 100, (main, sub, tombstone) -> dropped.add(main));
            assertTrue(dropped.size() - before <= 100, "slice dropped " + (dropped.size() - before));
        }
        assertEquals(8_998, dropped.size());
        assertEquals(dropped.stream().sorted().toList(), dropped);
        assertTrue(slices >= 90);
        assertEquals(1_002, index.current().revisions(bytes("hot")).size());
    }

    @Test
    void emptyIndexHasNothing() {
        IndexView view = new KeyIndex().freeze();
        assertFalse(view.find(bytes("a"), 10, new KeyVersion()));
        assertEquals(0, view.count(NO_BOUND, NO_BOUND, 10));
        view.scan(NO_BOUND, NO_BOUND, 10, found -> {
            throw new AssertionError("found a key");
        });
    }

    @Test
    void hugeKeysSplitLeavesByBytes() {
        KeyIndex index = new KeyIndex();
        byte[] huge = new byte[200_000];
        for (int i = 0; i < 40; i++) {
            huge[0] = (byte) (i * 5);
            index.put(huge.clone(), i + 2, 0, new KeyVersion());
        }
        assertEquals(40, index.current().count(NO_BOUND, NO_BOUND, 100));
        for (int i = 0; i < 40; i++) {
            huge[0] = (byte) (i * 5);
            assertTrue(index.current().find(huge, 100, new KeyVersion()));
        }
    }

    @Test
    void rowThatDoesNotFollowIsNotTaken() {
        KeyIndex index = new KeyIndex();
        index.restorePut(bytes("a"), new RevisionRow(5, 0, false), 2, 3);
        index.restorePut(bytes("a"), new RevisionRow(6, 0, false), 2, 4);
        assertThrows(IllegalStateException.class, () -> index.restorePut(bytes("a"), new RevisionRow(7, 0, false), 2, 6));
        assertThrows(IllegalStateException.class, () -> index.put(bytes("a"), 4, 0, new KeyVersion()));
    }

    /** Random changes, compactions, frozen views and parkings; one seed decides all. */
    private static final class RandomWalk {
        private final Random random;
        private final long seed;
        private KeyIndex index = new KeyIndex();
        private SlowIndex slow = new SlowIndex();
        private final List<Frozen> frozen = new ArrayList<>();
        private long main = 1;
        private long compacted;

        private record Frozen(IndexView view, SlowIndex then) {
        }

        RandomWalk(long seed) {
            this.seed = seed;
            random = new Random(seed);
        }

        void run(int steps) {
            for (int step = 0; step < steps; step++) {
                change();
                if (random.nextInt(40) == 0) {
                    frozen.add(new Frozen(index.freeze(), slow.copy()));
                }
                if (random.nextInt(300) == 0) {
                    compact();
                }
                if (random.nextInt(1000) == 0) {
                    index = KeyIndex.unpark(index.park());
                }
                if (random.nextInt(200) == 0) {
                    compare(index.current(), slow, compacted);
                }
                if (frozen.size() > 12) {
                    frozen.forEach(one -> compare(one.view, one.then, 0));
                    frozen.clear();
                }
            }
            emptyAll();
        }

        private String someKey() {
            int hot = random.nextInt(10);
            int number = hot < 4 ? random.nextInt(4) : random.nextInt(600);
            return "k".repeat(number % 40 == 0 ? 300 : 1 + number % 3) + number + "\0".repeat(number % 7 == 0 ? random.nextInt(3) : 0);
        }

        private void change() {
            main++;
            int changes = 1 + (random.nextInt(8) == 0 ? random.nextInt(5) : 0);
            Set<String> touched = new TreeSet<>();
            for (int sub = 0; sub < changes; sub++) {
                String key = someKey();
                if (!touched.add(key)) {
                    continue;
                }
                if (random.nextInt(4) == 0) {
                    assertEquals(slow.remove(key, main, sub), index.remove(bytes(key), main, sub));
                } else {
                    KeyVersion made = new KeyVersion();
                    index.put(bytes(key), main, sub, made);
                    SlowIndex.Rev expected = slow.put(key, main, sub);
                    assertEquals(expected, new SlowIndex.Rev(made.main(), made.sub(), made.created(), made.version(), false));
                }
            }
        }

        private void compact() {
            compacted = Math.max(compacted, main - random.nextInt(200));
            Set<RevisionRow> dropped = new TreeSet<>(Comparator.comparingLong(RevisionRow::main).thenComparingLong(RevisionRow::sub));
            int most = 1 + random.nextInt(50);
            Optional<byte[]> next = Optional.of(NO_BOUND);
            while (next.isPresent()) {
                if (random.nextInt(10) == 0) {
                    index.freeze();
                }
                next = index.compact(next.get(), compacted, most, (m, sub, tombstone) ->
                        assertTrue(dropped.add(new RevisionRow(m, sub, tombstone)), "dropped twice: " + m));
            }
            assertEquals(slow.compact(compacted), dropped, "seed " + seed);
        }

        private void compare(IndexView view, SlowIndex expected, long lowest) {
            long at = random.nextInt(3) == 0 ? main : lowest + random.nextLong(main - lowest + 1);
            String one = someKey();
            String other = someKey();
            compareRange(view, expected, at, "", "");
            compareRange(view, expected, at, one, other);
            compareRange(view, expected, at, one, "");
            for (String key : List.of(one, other)) {
                assertEquals(expected.revisions(key), view.revisions(bytes(key)), "seed " + seed + " key " + key);
                KeyVersion found = new KeyVersion();
                SlowIndex.Rev rev = expected.find(key, at);
                assertEquals(rev != null, view.find(bytes(key), at, found), "seed " + seed + " key " + key + " at " + at);
            }
        }

        private void compareRange(IndexView view, SlowIndex expected, long at, String from, String to) {
            Map<String, SlowIndex.Rev> found = new LinkedHashMap<>();
            view.scan(bytes(from), bytes(to), at, version -> {
                found.put(new String(version.key(), StandardCharsets.ISO_8859_1),
                        new SlowIndex.Rev(version.main(), version.sub(), version.created(), version.version(), false));
                return true;
            });
            assertEquals(new ArrayList<>(expected.range(from, to, at).entrySet()), new ArrayList<>(found.entrySet()), "seed " + seed);
            assertEquals(found.size(), view.count(bytes(from), bytes(to), at), "seed " + seed + " at " + at);
        }

        private void emptyAll() {
            for (String key : List.copyOf(slow.allKeys())) {
                main++;
                assertEquals(slow.remove(key, main, 0), index.remove(bytes(key), main, 0));
            }
            compacted = main;
            main++;
            compact();
            compacted = main + 300;
            main = compacted;
            compact();
            compare(index.current(), slow, compacted - 1);
            assertEquals(0, index.current().size());
            assertEquals(0, slow.allKeys().size());
        }
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.ISO_8859_1);
    }
}
