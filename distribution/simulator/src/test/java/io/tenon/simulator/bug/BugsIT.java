package io.tenon.simulator.bug;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulator is itself tested: what is known to be wrong is put back, and has to be found. */
class BugsIT {
    private static final Path HOUSE = Path.of("../..").toAbsolutePath().normalize();

    @Test
    void everyBugIsFoundSoon() throws IOException, InterruptedException {
        int atOnce = Math.min(2, Runtime.getRuntime().availableProcessors());
        System.out.println(Hunt.heading());
        List<Hunt.Outcome> outcomes = new Hunt(HOUSE).all(Bug.in(HOUSE.resolve("distribution/simulator/bugs")), atOnce);
        List<String> missed = outcomes.stream().filter(outcome -> outcome.found().isEmpty()).map(outcome -> outcome.line() + "\n" + outcome.printed()).toList();
        assertEquals(List.of(), missed, "not found within " + Hunt.MOST_SEEDS + " seeds");
    }
}
