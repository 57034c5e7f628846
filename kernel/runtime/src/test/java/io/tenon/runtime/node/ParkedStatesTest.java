package io.tenon.runtime.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.state.Handover;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParkedStatesTest {
    private static final LogMark HUNDRED = new LogMark(3, 100);

    private final ParkedStates states = new ParkedStates();
    private final Handover handover = new Handover("mvcc", 1, "index");

    @Test
    void stateIsTakenOnceAtThePlaceWhereItStood() {
        states.park("mvcc", handover, HUNDRED);
        assertTrue(states.has("mvcc"));
        assertEquals(Optional.of(handover), states.take("mvcc", HUNDRED));
        assertEquals(Optional.empty(), states.take("mvcc", HUNDRED));
        assertFalse(states.has("mvcc"));
    }

    @Test
    void stateThatASnapshotHasOvertakenIsVoid() {
        states.park("mvcc", handover, HUNDRED);
        assertEquals(Optional.empty(), states.take("mvcc", new LogMark(3, 200)));
        assertEquals(Optional.empty(), states.take("mvcc", HUNDRED));
    }
}
