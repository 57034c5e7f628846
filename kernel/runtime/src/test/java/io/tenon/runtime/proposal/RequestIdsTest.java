package io.tenon.runtime.proposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestIdsTest {

    @Test
    void idsCarryTheMemberAndAreAllDifferent() {
        RequestIds ids = new RequestIds(0x8e9e05c52164694dL, 1_700_000_000_000L);
        Set<Long> seen = new HashSet<>();
        for (int count = 0; count < 100_000; count++) {
            long id = ids.next();
            assertEquals(0x694dL, id >>> 48);
            seen.add(id);
        }
        assertEquals(100_000, seen.size());
    }

    @Test
    void aRestartOneMillisecondLaterDoesNotRepeatIds() {
        assertNotEquals(new RequestIds(1, 5000).next(), new RequestIds(1, 5001).next());
    }

    @Test
    void zeroIsNeverAnId() {
        RequestIds ids = new RequestIds(0, -1);
        for (int count = 0; count < 1000; count++) {
            assertNotEquals(0, ids.next());
        }
    }
}
