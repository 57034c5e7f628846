package io.tenon.raft.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Many seeds; {@code -Dtenon.raft.seed=N} runs one alone, {@code -Dtenon.raft.seeds=N} so many. */
class SimulationTest {
    private static final int STEPS = 6_000;

    @Test
    void promisesHoldUnderEveryFaultAndTheClusterHealsAfterwards() {
        Long only = Long.getLong("tenon.raft.seed");
        long from = only == null ? 1 : only;
        long to = only == null ? Long.getLong("tenon.raft.seeds", 60) : only;
        long entries = 0;
        long reads = 0;
        long terms = 0;
        long configurations = 0;
        for (long seed = from; seed <= to; seed++) {
            Simulation simulation = run(seed);
            entries += simulation.highestApplied();
            reads += simulation.readsAnswered;
            terms += simulation.terms();
            configurations += simulation.configurationsApplied;
        }
        // A simulation in which nothing happens proves nothing.
        long runs = to - from + 1;
        assertTrue(entries > 20 * runs && reads > runs && terms > 2 * runs && configurations > runs,
                entries + " entries, " + reads + " reads, " + terms + " terms, " + configurations + " configurations in " + runs + " runs");
    }

    private static Simulation run(long seed) {
        try {
            Simulation.Changing changing = seed % 2 == 0 ? Simulation.Changing.ALL_BUT_ONE : Simulation.Changing.LATE_COMERS;
            var simulation = new Simulation(seed, changing);
            simulation.run(STEPS);
            simulation.heal();
            if (changing == Simulation.Changing.LATE_COMERS) {
                assertConverged(simulation);
            }
            return simulation;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private static void assertConverged(Simulation simulation) {
        var leaders = simulation.leaders();
        assertEquals(1, leaders.size(), () -> "leaders of the highest term among " + simulation);
        SimulatedMember leader = leaders.getFirst();
        assertTrue(leader.applied() >= simulation.highestApplied(), "the leader applied " + leader.applied());
        for (SimulatedMember member : simulation.membersOf(leader)) {
            assertEquals(leader.applied(), member.applied(), "applied by " + member.core().status());
        }
    }
}
