package io.tenon.chaos.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What is done and for how long; the same for the same seed and kinds. When whom it meets depends on who leads then. */
public final class Schedule {
    private static final int SHORTEST_MILLIS = 1_500;
    private static final int SPREAD_MILLIS = 7_000;
    private static final int SHORTEST_REST_MILLIS = 500;
    private static final int REST_SPREAD_MILLIS = 4_000;
    private static final int PAIRS_PERCENT = 30;

    private final List<FaultKind> kinds;
    private final SplittableRandom random;
    private int steps;
    /** What is left of this turn, in which every kind comes once, so that a short run has done much. */
    private final List<FaultKind> turn = new ArrayList<>();

    /**
     * @param kinds  done together, one or two
     * @param choice of whom it meets, where there is a choice
     */
    public record Step(int number, List<FaultKind> kinds, int choice, int holdMillis, int restMillis) {

        @Override
        public String toString() {
            return String.format("step %d: %s, choice %d, %d ms, then %d ms of peace", number, kinds, choice, holdMillis, restMillis);
        }
    }

    public Schedule(long seed, List<FaultKind> kinds) {
        this.kinds = List.copyOf(kinds);
        random = new SplittableRandom(seed);
    }

    /** The next step; there is no last one. */
    public Step next() {
        List<FaultKind> together = new ArrayList<>();
        together.add(draw());
        if (together.getFirst().company() == FaultKind.Company.WELCOME && random.nextInt(100) < PAIRS_PERCENT) {
            drawCompanion(together.getFirst()).ifPresent(together::add);
        }
        return new Step(++steps, List.copyOf(together), random.nextInt(1 << 16), SHORTEST_MILLIS + random.nextInt(SPREAD_MILLIS),
                SHORTEST_REST_MILLIS + random.nextInt(REST_SPREAD_MILLIS));
    }

    private FaultKind draw() {
        if (turn.isEmpty()) {
            turn.addAll(kinds);
        }
        return turn.remove(random.nextInt(turn.size()));
    }

    private Optional<FaultKind> drawCompanion(FaultKind first) {
        List<FaultKind> others = kinds.stream().filter(kind -> kind != first && kind.company() == FaultKind.Company.WELCOME).toList();
        return others.isEmpty() ? Optional.empty() : Optional.of(others.get(random.nextInt(others.size())));
    }
}
