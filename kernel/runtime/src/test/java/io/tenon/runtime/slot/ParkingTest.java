package io.tenon.runtime.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.StatusCode;
import io.tenon.testkit.state.RecordedReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParkingTest {
    private final Parking<List<String>> parking = new Parking<>("the test service");

    @Test
    void callsWaitForAProviderAndKeepTheirOrder() {
        List<String> provider = new ArrayList<>();
        parking.call(list -> list.add("one"), new RecordedReply<Void>());
        parking.call(list -> list.add("two"), new RecordedReply<Void>());
        parking.provide(provider);
        parking.call(list -> list.add("three"), new RecordedReply<Void>());
        assertEquals(List.of("one", "two", "three"), provider);
    }

    @Test
    void callsGoToTheNextProviderAfterOneLeft() {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        parking.provide(first);
        parking.withdraw(first);
        parking.call(list -> list.add("one"), new RecordedReply<Void>());
        parking.provide(second);
        assertEquals(List.of(), first);
        assertEquals(List.of("one"), second);
    }

    @Test
    void aLateWithdrawalOfAFormerProviderChangesNothing() {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        parking.provide(first);
        parking.provide(second);
        parking.withdraw(first);
        parking.call(list -> list.add("one"), new RecordedReply<Void>());
        assertEquals(List.of("one"), second);
    }

    @Test
    void aCallThatWaitedTooLongIsRefusedAsUnavailable() {
        RecordedReply<Void> reply = new RecordedReply<>();
        parking.call(list -> list.add("late"), reply);
        parking.expire(System.nanoTime());
        assertFalse(reply.done());
        parking.expire(System.nanoTime() + Parking.LONGEST_WAIT_NANOS);
        assertEquals(StatusCode.UNAVAILABLE, reply.refusal().code());
        assertTrue(reply.refusal().text().contains("the test service"));
    }

    @Test
    void noMoreCallsWaitThanTheLimit() {
        for (int count = 0; count < Parking.MOST_CALLS; count++) {
            parking.call(list -> list.add("waits"), new RecordedReply<Void>());
        }
        RecordedReply<Void> reply = new RecordedReply<>();
        parking.call(list -> list.add("too many"), reply);
        assertEquals(StatusCode.UNAVAILABLE, reply.refusal().code());
    }
}
