package io.tenon.bench;

import io.grpc.Status;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a load: every client starts its next request when the last one is done. With a rate, requests have a planned start, and latency
 * counts from it, so that a stalled server cannot hide behind clients that wait for it.
 */
final class Run {
    private static final long DRAIN_SECONDS = 10;
    private static final long PROGRESS_MILLIS = 500;

    private final LoadOptions options;
    private final Load load;
    private final Recorder recorder = new Recorder();
    private final AtomicLong planned = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();
    private final PrintStream progress;
    private volatile boolean stopping;
    private long startNanos;
    private Optional<Future<?>> end = Optional.empty();

    Run(LoadOptions options, Load load, PrintStream progress) {
        this.options = options;
        this.load = load;
        this.progress = progress;
    }

    Result go() throws Exception {
        load.prepare();
        List<ServerProcess> servers = options.pids.stream().map(ServerProcess::new).toList();
        startNanos = System.nanoTime();
        for (int client = 0; client < options.clients; client++) {
            inFlight.incrementAndGet();
            next(client);
        }
        show("warming up", options.warmupSeconds);
        double cpuBefore = cpuSeconds(servers);
        recorder.count(true);
        long from = System.nanoTime();
        long doneBefore = recorder.done();
        show("measuring", options.seconds);
        recorder.count(false);
        double seconds = (System.nanoTime() - from) / 1e9;
        long requests = recorder.done() - doneBefore;
        double cpu = cpuSeconds(servers) - cpuBefore;
        stopping = true;
        drain();
        return new Result(seconds, requests, recorder.histogram(), recorder.errors(), servers.isEmpty() ? Optional.empty() : Optional.of(cpu),
                servers.isEmpty() ? Optional.empty() : Optional.of(servers.stream().mapToLong(ServerProcess::residentBytes).sum()));
    }

    private static double cpuSeconds(List<ServerProcess> servers) {
        return servers.stream().mapToDouble(ServerProcess::cpuSeconds).sum();
    }

    /** Measures no longer than until this is done. */
    Run until(Future<?> done) {
        end = Optional.of(done);
        return this;
    }

    private void next(int client) {
        if (stopping || options.total > 0 && planned.get() >= options.total) {
            inFlight.decrementAndGet();
            return;
        }
        long number = planned.getAndIncrement();
        long startAt = System.nanoTime();
        if (options.ratePerSecond > 0) {
            startAt = startNanos + number * TimeUnit.SECONDS.toNanos(1) / options.ratePerSecond;
            if (startAt - System.nanoTime() > 0) {
                Pace.at(startAt, () -> start(client, System.nanoTime()));
                return;
            }
        }
        start(client, startAt);
    }

    private void start(int client, long startAt) {
        load.start(client, status -> {
            recorder.record(status, System.nanoTime() - startAt);
            if (status.getCode() == Status.Code.UNAVAILABLE && !stopping) {
                // A server that is gone refuses at once: do not spin on it.
                Pace.at(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100), () -> next(client));
            } else {
                next(client);
            }
        });
    }

    private void show(String what, int seconds) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long lastDone = recorder.done();
        long lastNanos = System.nanoTime();
        while (until - System.nanoTime() > 0 && end.filter(Future::isDone).isEmpty() && !(options.total > 0 && recorder.done() >= options.total)) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()) + 1;
            TimeUnit.MILLISECONDS.sleep(Math.min(PROGRESS_MILLIS, left));
            long nowDone = recorder.done();
            long nowNanos = System.nanoTime();
            progress.printf("\r%-11s %3d s left  %,12d done  %,10.0f /s ", what,
                    Math.max(0, TimeUnit.NANOSECONDS.toSeconds(until - nowNanos)), nowDone, (nowDone - lastDone) * 1e9 / (nowNanos - lastNanos));
            progress.flush();
            lastDone = nowDone;
            lastNanos = nowNanos;
        }
        progress.print("\r" + " ".repeat(70) + "\r");
    }

    private void drain() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        while (inFlight.get() > 0 && until - System.nanoTime() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
