package io.tenon.mvcc.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Measures the heap that a million keys take, after a full collection. */
class IndexMemoryTest {
    private static final int KEYS = 1_000_000;
    private static final int KEY_BYTES = 32;
    private static final long MOST_BYTES_BESIDE_THE_KEY = 72;

    private enum Order { ASCENDING, RANDOM }

    @ParameterizedTest
    @EnumSource
    void millionKeysTakeAtMostSeventyTwoBytesEachBesideTheKey(Order order) {
        long before = usedBytes();
        KeyIndex index = new KeyIndex();
        fill(index, order);
        index.freeze();
        long perKey = (usedBytes() - before) / KEYS;
        assertEquals(KEYS, index.current().size());
        assertTrue(perKey - KEY_BYTES <= MOST_BYTES_BESIDE_THE_KEY, perKey + " bytes a key with its " + KEY_BYTES);
        assertTrue(perKey > KEY_BYTES, "measured less than the keys themselves: " + perKey);
    }

    private static void fill(KeyIndex index, Order order) {
        Random random = new Random(7);
        KeyVersion version = new KeyVersion();
        for (int i = 0; i < KEYS; i++) {
            byte[] key = new byte[KEY_BYTES];
            long number = order == Order.ASCENDING ? i : random.nextLong();
            for (int b = 0; b < Long.BYTES; b++) {
                key[8 + b] = (byte) (number >>> 56 - 8 * b);
            }
            index.put(key, 1_000_000L + i, 0, version);
            if (i % 100 == 0) {
                index.freeze();
            }
        }
    }

    private static long usedBytes() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
