package io.tenon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The log's bounds, and what it forgets. */
class EventLogTest {
    private final EventLog log = new EventLog(16, 10_000);

    @Test
    void itKeepsTheNewestRevisionsByCount() {
        log.join();
        fill(1, 100, 1);
        assertEquals(List.of(85L, 100L), List.of(oldest(100), 100L));
    }

    @Test
    void itKeepsTheNewestRevisionsByBytes() {
        log.join();
        fill(1, 100, 3000);
        assertTrue(log.keptBytes() <= 10_000, log.keptBytes() + " bytes");
        assertEquals(98, oldest(100));
    }

    @Test
    void oneRevisionIsKeptHoweverLarge() {
        log.join();
        fill(1, 3, 1_000_000);
        assertEquals(3, oldest(3));
    }

    @Test
    void itKeepsNothingWhileNobodyWatches() {
        fill(1, 10, 1);
        assertEquals(0, log.keptBytes());
        log.join();
        fill(11, 12, 1);
        assertEquals(11, oldest(12));
        log.leave();
        fill(13, 13, 1);
        assertEquals(0, log.keptBytes());
        assertFalse(log.find(12).isPresent());
    }

    @Test
    void aJumpForgetsWhatWasBeforeIt() {
        log.join();
        fill(1, 5, 1);
        fill(50, 51, 1);
        assertFalse(log.find(5).isPresent());
        assertEquals(50, oldest(51));
    }

    private void fill(long first, long last, int valueBytes) {
        for (long revision = first; revision <= last; revision++) {
            ByteString kv = ByteString.copyFrom(new byte[valueBytes]);
            log.append(revision, List.of(new Change(Change.Type.PUT, ByteString.copyFromUtf8("k"), kv, false)));
        }
    }

    private long oldest(long newest) {
        long revision = newest;
        while (log.find(revision - 1).isPresent()) {
            revision--;
        }
        assertTrue(log.find(revision).isPresent());
        return revision;
    }
}
