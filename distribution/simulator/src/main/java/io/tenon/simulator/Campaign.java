package io.tenon.simulator;

import io.tenon.simulator.disk.EngineKind;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Many seeds, one after the other on each thread, with a line now and then and a summary. */
public final class Campaign {
    private static final long PROGRESS_NANOS = Duration.ofSeconds(15).toNanos();
    private static final double NANOS = 1e9;

    private final Extent extent;
    private final int threads;
    private final OnViolation onViolation;
    private final PrintStream out;
    private final AtomicLong next;
    private final long startNanos = System.nanoTime();
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<Outcome> violations = new ArrayList<>();
    private long seeds;
    private long events;
    private long virtualNanos;
    private long busyNanos;
    private long progressNanos = startNanos;

    /** What a violation means for the seeds that were to follow. */
    public enum OnViolation { STOP, GO_ON }

    /** Which seeds: a number of them, or as many as a time allows. */
    public record Extent(long first, EngineKind engine, Optional<Long> count, Optional<Duration> time) {

        public static Extent of(long first, EngineKind engine, long count) {
            return new Extent(first, engine, Optional.of(count), Optional.empty());
        }

        public static Extent lasting(long first, EngineKind engine, Duration time) {
            return new Extent(first, engine, Optional.empty(), Optional.of(time));
        }
    }

    public Campaign(Extent extent, int threads, OnViolation onViolation, PrintStream out) {
        this.extent = extent;
        this.threads = threads;
        this.onViolation = onViolation;
        this.out = out;
        next = new AtomicLong(extent.first());
    }

    /** Runs it; true when nothing was violated. */
    public boolean run() throws InterruptedException {
        out.println("seeds from " + extent.first() + extent.count().map(count -> ", " + count + " of them").orElse("")
                + extent.time().map(time -> ", for " + time.toSeconds() + " s").orElse("") + ", " + threads + (threads == 1 ? " thread" : " threads"));
        List<Thread> workers = new ArrayList<>();
        for (int number = 0; number < threads; number++) {
            workers.add(Thread.ofPlatform().name("simulation-" + number).start(this::work));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        summarize();
        return violations.isEmpty();
    }

    private void work() {
        while (true) {
            long seed = next.getAndIncrement();
            if (isOver(seed)) {
                return;
            }
            take(new Simulation(seed, extent.engine(), Optional.empty()).run());
        }
    }

    private synchronized boolean isOver(long seed) {
        return onViolation == OnViolation.STOP && !violations.isEmpty() || extent.count().filter(count -> seed - extent.first() >= count).isPresent()
                || extent.time().filter(time -> System.nanoTime() - startNanos >= time.toNanos()).isPresent();
    }

    private synchronized void take(Outcome outcome) {
        seeds++;
        events += outcome.effort().events();
        virtualNanos += outcome.effort().virtualNanos();
        busyNanos += outcome.effort().nanos();
        outcome.work().counts().forEach((what, times) -> counts.merge(what, times, Long::sum));
        outcome.violation().ifPresent(violation -> {
            violations.add(outcome);
            out.println(Report.violation(outcome, violation));
        });
        if (System.nanoTime() - progressNanos >= PROGRESS_NANOS) {
            progressNanos = System.nanoTime();
            out.println(totals());
        }
    }

    private String totals() {
        double seconds = (System.nanoTime() - startNanos) / NANOS;
        return String.format(Locale.ROOT, "%7.0f s  %,d seeds  %,d events  %,.0f virtual s  %,.0f events/s per thread  %d violations", seconds, seeds, events,
                virtualNanos / NANOS, events / Math.max(1e-9, busyNanos / NANOS), violations.size());
    }

    private void summarize() {
        out.println(totals());
        counts.forEach((what, times) -> out.printf(Locale.ROOT, "  %,13d  %s%n", times, what));
        violations.forEach(outcome -> out.println("violated " + outcome.violation().orElseThrow().invariant() + ": " + Report.replay(outcome)));
    }
}
