package io.tenon.simulator.world;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The record of everything that happened, as one number: two runs of a seed that differ anywhere differ in it. Its text is made on demand. */
public final class Trace {
    private final Schedule schedule;
    private final Optional<Consumer<String>> text;
    private final Map<String, Long> counts = new TreeMap<>();
    private long hash = 0x9e3779b97f4a7c15L;

    /** @param text takes each line; empty to keep the number alone */
    public Trace(Schedule schedule, Optional<Consumer<String>> text) {
        this.schedule = schedule;
        this.text = text;
    }

    /** Notes an event by what identifies it. */
    public void note(long what, Supplier<String> line) {
        mix(schedule.nowNanos());
        mix(what);
        text.ifPresent(out -> out.accept("%12.6f  %s".formatted(schedule.nowNanos() / 1e9, line.get())));
    }

    /** Counts something that is worth knowing of a run: that it happened at all. */
    public void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** How often what was counted. */
    public Map<String, Long> counts() {
        return counts;
    }

    private void mix(long value) {
        long x = (hash ^ value) * 0xbf58476d1ce4e5b9L;
        hash = x ^ x >>> 29;
    }

    public long hash() {
        return hash;
    }
}
