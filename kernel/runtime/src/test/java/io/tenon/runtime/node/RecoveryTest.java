package io.tenon.runtime.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.runtime.bootstrap.StartRefused;
import io.tenon.spi.log.LogRecovery;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    private static LogRecovery log(long commit, long first, long last) {
        return new LogRecovery(Snapshot.EMPTY, new HardState(3, 7, commit), first, last, 3, 0);
    }

    @Test
    void commitIsAtLeastWhatTheEngineHasApplied() throws StartRefused {
        assertEquals(new HardState(3, 7, 90), Recovery.check(log(80, 1, 100), new LogMark(3, 90), "mvstore"));
        assertEquals(new HardState(3, 7, 80), Recovery.check(log(80, 1, 100), new LogMark(2, 10), "mvstore"));
    }

    @Test
    void anEngineAheadOfTheLogDoesNotStart() {
        String message = assertThrows(StartRefused.class, () -> Recovery.check(log(80, 1, 100), new LogMark(3, 101), "mvstore")).getMessage();
        assertTrue(message.contains("101") && message.contains("100"), message);
    }

    @Test
    void anEngineThatLostMoreThanTheLogHasDoesNotStart() throws StartRefused {
        assertThrows(StartRefused.class, () -> Recovery.check(log(80, 51, 100), new LogMark(3, 49), "mvstore"));
        Recovery.check(log(80, 51, 100), new LogMark(3, 50), "mvstore");
    }

    @Test
    void aLogThatEndsBeforeItsCommitDoesNotStart() {
        assertThrows(StartRefused.class, () -> Recovery.check(log(80, 1, 79), new LogMark(3, 50), "mvstore"));
    }
}
