package io.tenon.simulator;

import io.tenon.simulator.disk.EngineKind;
import java.util.Map;
import java.util.Optional;

/**
 * How one run ended.
 *
 * @param traceHash the same for every run of a seed
 */
public record Outcome(long seed, EngineKind engine, long traceHash, Effort effort, Work work, Optional<Violation> violation) {

    /**
     * What it took.
     *
     * @param events       that happened
     * @param virtualNanos simulated
     * @param nanos        of the clock on the wall
     */
    public record Effort(long events, long virtualNanos, long nanos) {
    }

    /**
     * What the cluster did meanwhile.
     *
     * @param committed entries
     * @param answers   operations of clients that were answered
     * @param counts    how often what happened, by its name
     */
    public record Work(long committed, long answers, long revision, Map<String, Long> counts) {
    }
}
