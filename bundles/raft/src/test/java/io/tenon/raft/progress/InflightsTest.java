package io.tenon.raft.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InflightsTest {

    private record Sent(long index, long bytes) {
    }

    @Test
    void windowSlidesLikeAQueue() {
        var random = new Random(3);
        for (int round = 0; round < 300; round++) {
            int mostMessages = 1 + random.nextInt(20);
            long mostBytes = random.nextBoolean() ? 0 : 1 + random.nextInt(200);
            var window = new Inflights(mostMessages, mostBytes);
            var model = new ArrayDeque<Sent>();
            long index = 0;
            for (int i = 0; i < 200; i++) {
                long bytes = model.stream().mapToLong(Sent::bytes).sum();
                boolean full = model.size() == mostMessages || (mostBytes > 0 && bytes >= mostBytes);
                assertEquals(full, window.isFull());
                assertEquals(model.size(), window.count());
                if (!full && random.nextInt(3) > 0) {
                    index += 1 + random.nextInt(3);
                    var sent = new Sent(index, random.nextInt(50));
                    model.add(sent);
                    window.add(sent.index(), sent.bytes());
                } else {
                    long freed = index - random.nextInt(10);
                    model.removeIf(sent -> sent.index() <= freed);
                    window.freeUpTo(freed);
                }
            }
        }
    }

    @Test
    void fullWindowTakesNothing() {
        var window = new Inflights(1, Inflights.NO_BYTE_LIMIT);
        window.add(5, 1);
        assertThrows(IllegalStateException.class, () -> window.add(6, 1));
    }
}
