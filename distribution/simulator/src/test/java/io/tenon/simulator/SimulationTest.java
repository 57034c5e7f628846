package io.tenon.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tenon.simulator.disk.EngineKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int FIRST_SEED = 1;
    private static final int FEW_SEEDS = 40;

    private static Outcome run(long seed) {
        return new Simulation(seed, EngineKind.STRICT, Optional.empty()).run();
    }

    @Test
    void nothingIsViolatedInTheFirstSeeds() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + FEW_SEEDS; seed++) {
            Outcome outcome = run(seed);
            assertEquals(Optional.empty(), outcome.violation().map(violation -> Report.violation(outcome, violation)));
        }
    }

    @Test
    void nothingIsViolatedOnTheDefaultEngine() {
        for (long seed = 1000; seed < 1010; seed++) {
            Outcome outcome = new Simulation(seed, EngineKind.MVSTORE, Optional.empty()).run();
            assertEquals(Optional.empty(), outcome.violation().map(violation -> Report.violation(outcome, violation)));
        }
    }

    @Test
    void twoRunsOfASeedAreTheSame() {
        for (long seed = 100; seed < 110; seed++) {
            Outcome first = run(seed);
            Outcome second = run(seed);
            assertEquals(first.traceHash(), second.traceHash(), "seed " + seed);
            assertEquals(first.work(), second.work(), "seed " + seed);
        }
        assertNotEquals(run(100).traceHash(), run(101).traceHash());
    }

    /** What differs between two processes is where objects lie, and the order of what is hashed by that. */
    @Test
    void twoProcessesRunASeedInTheSameWay() throws IOException, InterruptedException {
        List<String> here = LongStream.range(200, 210).mapToObj(seed -> Report.line(run(seed))).toList();
        Process there = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
                System.getProperty("java.class.path"), Lines.class.getName(), "200", "210").redirectErrorStream(true).start();
        List<String> lines = there.inputReader().readAllLines();
        assertEquals(0, there.waitFor(), () -> String.join("\n", lines));
        assertEquals(here, lines);
    }

    /** Prints how seeds end. */
    static final class Lines {

        private Lines() {
        }

        public static void main(String[] arguments) {
            LongStream.range(Long.parseLong(arguments[0]), Long.parseLong(arguments[1])).forEach(seed -> System.out.println(Report.line(run(seed))));
        }
    }
}
