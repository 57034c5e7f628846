package io.tenon.chaos.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final List<FaultKind> ALL = List.of(FaultKind.values());

    private static List<Schedule.Step> steps(long seed, List<FaultKind> kinds) {
        Schedule schedule = new Schedule(seed, kinds);
        return Stream.generate(schedule::next).limit(60).toList();
    }

    @Test
    void seedDecidesEverything() {
        assertEquals(steps(5, ALL), steps(5, ALL));
        assertNotEquals(steps(5, ALL), steps(6, ALL));
    }

    @Test
    void everyKindComesOnceBeforeAnyComesAgain() {
        Set<FaultKind> first = EnumSet.noneOf(FaultKind.class);
        steps(5, ALL).stream().limit(ALL.size()).forEach(step -> first.add(step.kinds().getFirst()));
        assertEquals(EnumSet.allOf(FaultKind.class), first);
    }

    @Test
    void whatMustBeAloneIsAlone() {
        for (Schedule.Step step : steps(9, ALL)) {
            assertTrue(step.kinds().size() == 1 || step.kinds().stream().noneMatch(kind -> kind.company() == FaultKind.Company.ALONE), step.toString());
        }
        assertTrue(steps(9, ALL).stream().anyMatch(step -> step.kinds().size() == 2));
    }

    @Test
    void onlyKindsThatAreWantedHappen() {
        assertTrue(steps(9, List.of(FaultKind.KILL)).stream().allMatch(step -> step.kinds().equals(List.of(FaultKind.KILL))));
    }
}
