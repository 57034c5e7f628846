package io.tenon.runtime.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.CorruptionChecks;
import io.tenon.spi.node.StartCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is waited for before the node serves, and for how long. */
class StartChecksTest {
    private final List<StartCheck> present = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @Test
    void nobodyIsWaitedForUnlessTheConfigurationAsks() {
        StartChecks checks = new StartChecks(new CorruptionChecks(false, Duration.ZERO, Duration.ZERO), () -> present, failures::add);
        assertTrue(checks.passed(0));
    }

    @Test
    void everyCheckBeginsAndEveryOneHasToPass() {
        StartChecks checks = new StartChecks(new CorruptionChecks(false, Duration.ZERO, Duration.ZERO), () -> present, failures::add);
        HandCheck first = new HandCheck();
        HandCheck second = new HandCheck();
        present.addAll(List.of(first, second));
        assertFalse(checks.passed(0));
        assertEquals(1, second.asked, "begun beside the first");
        first.passed = true;
        assertFalse(checks.passed(1));
        second.passed = true;
        assertTrue(checks.passed(2));
    }

    @Test
    void oneThatLeavesIsNotWaitedFor() {
        StartChecks checks = new StartChecks(new CorruptionChecks(false, Duration.ZERO, Duration.ZERO), () -> present, failures::add);
        present.add(new HandCheck());
        assertFalse(checks.passed(0));
        present.clear();
        assertTrue(checks.passed(1));
    }

    @Test
    void askedForCheckIsWaitedForAndThenTheNodeStops() {
        StartChecks checks = new StartChecks(new CorruptionChecks(true, Duration.ZERO, Duration.ZERO), () -> present, failures::add);
        assertFalse(checks.passed(7));
        HandCheck check = new HandCheck();
        check.passed = true;
        present.add(check);
        assertTrue(checks.passed(8), "it came late");
        present.clear();
        assertFalse(checks.passed(9));
        assertFalse(checks.passed(8 + StartChecks.PROVIDER_AWAITED_NANOS));
        assertEquals(List.of(), failures);
        assertFalse(checks.passed(9 + StartChecks.PROVIDER_AWAITED_NANOS));
        assertEquals(1, failures.size());
    }

    private static final class HandCheck implements StartCheck {
        private boolean passed;
        private int asked;

        @Override
        public boolean passed() {
            asked++;
            return passed;
        }
    }
}
