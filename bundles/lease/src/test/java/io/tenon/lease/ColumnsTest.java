package io.tenon.lease;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The columns of leases, keys and deadlines against maps of the JDK. */
class ColumnsTest {
    private static final int STEPS = 200_000;

    @Test
    void leasesAreFoundWhateverWasAddedAndRemoved() {
        Random random = new Random(1);
        LeaseTable table = new LeaseTable();
        Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < STEPS; i++) {
            // Ids as they are made up differ in few bits; some are small, some negative.
            long id = random.nextBoolean() ? 0x694da2038afb0000L + random.nextInt(500) : random.nextInt(-300, 300);
            int place = table.find(id);
            assertEquals(model.containsKey(id), place != LeaseTable.NONE);
            if (place == LeaseTable.NONE) {
                model.put(id, 1L + random.nextInt(9));
                assertEquals(id, table.id(table.add(id, model.get(id))));
            } else {
                assertEquals(model.remove(id), table.ttlSeconds(place));
                table.remove(place);
            }
            assertEquals(model.size(), table.size());
        }
        assertTrue(table.places() < 1200, "places are used again");
    }

    @Test
    void leaseIsAddedOnce() {
        LeaseTable table = new LeaseTable();
        table.add(7, 5);
        assertThrows(IllegalStateException.class, () -> table.add(7, 5));
        assertThrows(IllegalStateException.class, () -> table.add(8, 0));
    }

    @Test
    void keysAreFoundByThemselvesAndByTheirLease() {
        Random random = new Random(2);
        Attachments attachments = new Attachments();
        Map<ByteString, Integer> model = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
        assertEquals(Attachments.NONE, attachments.leaseOf(ByteString.EMPTY));
        attachments.detach(ByteString.EMPTY);
        for (int i = 0; i < STEPS; i++) {
            ByteString key = ByteString.copyFrom(new byte[] {(byte) random.nextInt(), (byte) random.nextInt(4)});
            assertEquals(model.getOrDefault(key, Attachments.NONE), attachments.leaseOf(key));
            if (random.nextBoolean()) {
                attachments.detach(key);
                model.remove(key);
            } else if (!model.containsKey(key)) {
                int lease = random.nextInt(40);
                attachments.attach(lease, key);
                model.put(key, lease);
            }
            assertEquals(model.size(), attachments.size());
            if (i % 500 == 0) {
                checkLeases(attachments, model);
            }
        }
        assertThrows(IllegalStateException.class, () -> model.forEach((key, lease) -> attachments.attach(lease, key)));
    }

    private static void checkLeases(Attachments attachments, Map<ByteString, Integer> model) {
        for (int lease = 0; lease < 50; lease++) {
            int wanted = lease;
            ByteString[] keys = model.entrySet().stream().filter(entry -> entry.getValue() == wanted).map(Map.Entry::getKey)
                    .toArray(ByteString[]::new);
            assertArrayEquals(keys, attachments.keysOf(lease));
            assertEquals(keys.length, attachments.count(lease));
        }
    }

    @Test
    void deadlinesComeInOrderOfTheirTimeAcrossTheEndOfTheClock() {
        Random random = new Random(3);
        Deadlines deadlines = new Deadlines();
        // Times relative to one from which the clock soon wraps.
        long zero = Long.MAX_VALUE - 500;
        Map<Integer, Integer> model = new HashMap<>();
        for (int i = 0; i < STEPS; i++) {
            int place = random.nextInt(300);
            int at = random.nextInt(1000);
            assertEquals(model.containsKey(place), deadlines.contains(place));
            if (!model.containsKey(place)) {
                deadlines.add(place, zero + at);
                model.put(place, at);
            } else if (random.nextInt(3) == 0) {
                deadlines.notAfter(place, zero + at);
                model.merge(place, at, Math::min);
            } else {
                deadlines.remove(place);
                model.remove(place);
            }
            int first = model.values().stream().mapToInt(Integer::intValue).min().orElse(0);
            assertEquals(!model.isEmpty(), deadlines.isDue(zero + first));
            assertFalse(deadlines.isDue(zero + first - 1));
            if (i % 1000 == 0) {
                drain(deadlines, zero, model);
            }
        }
    }

    private static void drain(Deadlines deadlines, long zero, Map<Integer, Integer> model) {
        List<Integer> times = new ArrayList<>();
        while (deadlines.isDue(zero + 1000)) {
            times.add(model.remove(deadlines.poll()));
        }
        Integer[] sorted = times.toArray(Integer[]::new);
        Arrays.sort(sorted);
        assertEquals(List.of(sorted), times);
        assertTrue(model.isEmpty());
    }
}
