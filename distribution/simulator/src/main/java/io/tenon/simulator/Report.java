package io.tenon.simulator;

import io.tenon.simulator.disk.EngineKind;
import java.util.Locale;

/** Outcomes as lines. */
final class Report {
    private static final double NANOS = 1e9;

    private Report() {
    }

    static String line(Outcome outcome) {
        String ran = String.format(Locale.ROOT, "seed %d  hash %016x  events %d  virtual %.1f s  committed %d  answered %d", outcome.seed(), outcome.traceHash(),
                outcome.effort().events(), outcome.effort().virtualNanos() / NANOS, outcome.work().committed(), outcome.work().answers());
        return outcome.violation().map(violation -> ran + "\n" + violation(outcome, violation)).orElse(ran + "  ok");
    }

    static String violation(Outcome outcome, Violation violation) {
        return "VIOLATION of " + violation.invariant() + ": " + violation.getMessage() + "\n  run it again: " + replay(outcome);
    }

    static String replay(Outcome outcome) {
        String engine = outcome.engine() == EngineKind.STRICT ? "" : " --engine " + outcome.engine().name().toLowerCase(Locale.ROOT);
        return "distribution/simulator/simulate --seed " + outcome.seed() + engine + " --trace";
    }
}
