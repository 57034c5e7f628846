package io.tenon.bolt;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomStoreTest {
    private static final int[] MOST_ROWS = {0, 1, 3, 40, 3000};
    private static final int[] MOST_KEY_BYTES = {4, 20, 300, 5000};
    private static final int[] MOST_VALUE_BYTES = {0, 1, 200, 5000};

    @TempDir
    private Path folder;

    static Store random(Random random) {
        Store store = new Store();
        int buckets = random.nextInt(12);
        for (int b = 0; b < buckets; b++) {
            byte[] name = bytes(random, 1 + random.nextInt(20));
            store.bucket(name);
            int rows = random.nextInt(1 + pick(random, MOST_ROWS));
            int mostKey = pick(random, MOST_KEY_BYTES);
            int mostValue = pick(random, MOST_VALUE_BYTES);
            for (int r = 0; r < rows && r * (long) (mostKey + mostValue) < 4 << 20; r++) {
                store.put(name, bytes(random, 1 + random.nextInt(mostKey)), bytes(random, random.nextInt(1 + mostValue)));
            }
            if (random.nextInt(8) == 0) {
                store.put(name, bytes(random, 8), bytes(random, 1 << 20));
            }
        }
        return store;
    }

    private static int pick(Random random, int[] from) {
        return from[random.nextInt(from.length)];
    }

    private static byte[] bytes(Random random, int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        for (long seed = 0; seed < 80; seed++) {
            Store store = random(new Random(seed));
            byte[] file = store.write();
            long of = seed;
            List<String> read = assertDoesNotThrow(() -> Store.read(folder, file), () -> "seed " + of);
            assertTrue(store.lines().equals(read), () -> "seed " + of);
        }
    }

    @Test
    void emptyFileHasFourPages() throws IOException {
        byte[] file = new Store().write();
        assertEquals(4 * 4096, file.length);
        assertEquals(List.of(), Store.read(folder, file));
    }

    @Test
    void damagedBitsAndCutsAreSeenOrChangeOneRowAtMost() throws IOException {
        int seen = 0;
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Store store = random(random);
            byte[] file = store.write();
            if (file.length > 400_000) {
                continue;
            }
            List<String> right = store.lines();
            for (int damage = 0; damage < 40; damage++) {
                byte[] damaged = file.clone();
                // The table of elements is where most can go wrong.
                int page = random.nextInt(file.length / 4096) * 4096;
                damaged[page + random.nextInt(random.nextBoolean() ? 80 : 4096)] ^= (byte) (1 << random.nextInt(8));
                seen += atMostOneOtherRow(right, damaged);
            }
            seen += atMostOneOtherRow(right, Arrays.copyOf(file, random.nextInt(file.length)));
        }
        assertTrue(seen > 100, "only " + seen + " were seen");
    }

    /** @return 1 when the damage was seen */
    private int atMostOneOtherRow(List<String> right, byte[] damaged) throws IOException {
        try {
            List<String> read = Store.read(folder, damaged);
            assertEquals(right.size(), read.size());
            long others = 0;
            for (int i = 0; i < read.size(); i++) {
                others += read.get(i).equals(right.get(i)) ? 0 : 1;
            }
            assertTrue(others <= 1, others + " rows are different");
            return 0;
        } catch (BoltException expected) {
            assertTrue(expected.getMessage().matches("(?s)(meta page|pages? [0-9]+).*"), expected.getMessage());
            return 1;
        }
    }

    @Test
    void rowsThatChangeBetweenTheTwoReadingsAreNoticed() throws IOException {
        Store store = random(new Random(3));
        BoltWriter writer = BoltWriter.of(store);
        store.put(Store.text("late"), Store.text("key"), new byte[10_000]);
        assertThrows(IOException.class, () -> writer.writeTo(new ByteArrayOutputStream()));
    }

    @Test
    void unorderedRowsAndKeysThatBoltDoesNotHaveAreRefused() {
        assertRefused(Store.text("b"), Store.text("a"));
        assertRefused(Store.text("a"), Store.text("a"));
        assertRefused(new byte[0], Store.text("a"));
        assertRefused(Store.text("a"), new byte[32_769]);
    }

    private static void assertRefused(byte[] first, byte[] second) {
        assertThrows(IOException.class, () -> BoltWriter.of(new BoltSource() {
            @Override
            public List<byte[]> buckets() {
                return List.of(Store.text("bucket"));
            }

            @Override
            public void rows(byte[] bucket, Rows rows) throws IOException {
                rows.row(first, new byte[0]);
                rows.row(second, new byte[0]);
            }
        }));
    }
}
