package io.tenon.chaos.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The search by itself, on histories that a reader can follow. */
class KeySearchTest {
    private final List<Operation> history = new ArrayList<>();

    private void add(long from, long to, Action action, Outcome outcome) {
        history.add(new Operation("c", from, to, action, outcome));
    }

    private void put(long from, long to, String value) {
        add(from, to, new Action.Put("k", value), new Outcome.Done(0, Optional.empty()));
    }

    private void lostPut(long from, String value) {
        add(from, from + 1, new Action.Put("k", value), new Outcome.Unknown("no answer"));
    }

    private void get(long from, long to, String value) {
        add(from, to, new Action.Get("k"), new Outcome.Done(0, Optional.of(new Row(value, 0, 0, 0, 0)).filter(row -> !value.isEmpty())));
    }

    private KeySearch.Result search() {
        return new KeySearch(history, Optional.empty(), 1_000).run();
    }

    @Test
    void overlappingWritesMayHaveEitherOrder() {
        put(0, 10, "a");
        put(1, 9, "b");
        get(11, 12, "a");
        assertInstanceOf(KeySearch.Explained.class, search());
        get(13, 14, "b");
        assertInstanceOf(KeySearch.Impossible.class, search());
    }

    @Test
    void readDuringAWriteMaySeeItOrNotButNotGoBack() {
        put(0, 100, "a");
        get(1, 2, "");
        get(3, 4, "a");
        assertInstanceOf(KeySearch.Explained.class, search());
        get(5, 6, "");
        assertInstanceOf(KeySearch.Impossible.class, search());
    }

    @Test
    void writeWithoutAnAnswerMayComeAtAnyLaterTimeOrNever() {
        lostPut(0, "late");
        put(5, 6, "a");
        get(7, 8, "a");
        get(9, 10, "late");
        assertInstanceOf(KeySearch.Explained.class, search());
        get(11, 12, "a");
        assertInstanceOf(KeySearch.Impossible.class, search());
    }

    @Test
    void lostDeletionExplainsOneAbsenceAfterAnother() {
        add(0, 1, new Action.Delete("k"), new Outcome.Unknown("no answer"));
        put(2, 3, "a");
        get(4, 5, "");
        assertInstanceOf(KeySearch.Explained.class, search());
        put(6, 7, "b");
        get(8, 9, "");
        assertInstanceOf(KeySearch.Impossible.class, search());
    }

    @Test
    void wideHistoryIsLeftUndecidedInsteadOfTakingForEver() {
        for (int writer = 0; writer < 30; writer++) {
            put(writer, 1_000 + writer, "v" + writer);
        }
        get(2_000, 2_001, "v3");
        assertEquals(new KeySearch.TooMany(), search());
    }
}
