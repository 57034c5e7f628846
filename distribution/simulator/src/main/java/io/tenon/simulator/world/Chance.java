package io.tenon.simulator.world;

import java.util.List;
import java.util.SplittableRandom;

/** What is drawn by lot. Each part of a simulation has a stream of its own, so that a change in one does not shift the others. */
public final class Chance {
    private final SplittableRandom random;

    public Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A stream of its own for a part; drawn from this one. */
    public Chance split() {
        return new Chance(random.nextLong());
    }

    public long bits() {
        return random.nextLong();
    }

    /** In {@code [0, bound)}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** In {@code [from, to)}; {@code from} when the range is empty. */
    public long between(long from, long to) {
        return from >= to ? from : random.nextLong(from, to);
    }

    /** In {@code [0, 1)}. */
    public double fraction() {
        return random.nextDouble();
    }

    public boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    public <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Around a mean, mostly shorter, sometimes much longer, at most ten times as long; in nanoseconds. */
    public long exponentialNanos(long meanNanos) {
        double factor = Math.min(10, -Math.log(1 - random.nextDouble()));
        return (long) (meanNanos * factor);
    }
}
