package io.tenon.bench;

import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** Counts and latencies of a run. Each event loop writes a recorder of its own. */
final class Recorder {
    private static final long LONGEST_NANOS = 120_000_000_000L;
    private static final int DIGITS = 3;

    private final Map<Thread, SingleWriterRecorder> recorders = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final LongAdder done = new LongAdder();
    private volatile boolean counting;

    void count(boolean now) {
        counting = now;
    }

    void record(Status status, long nanos) {
        done.increment();
        if (!counting) {
            return;
        }
        if (status.isOk()) {
            recorders.computeIfAbsent(Thread.currentThread(), thread -> new SingleWriterRecorder(LONGEST_NANOS, DIGITS))
                    .recordValue(Math.min(Math.max(nanos, 0), LONGEST_NANOS));
        } else {
            errors.computeIfAbsent(status.getCode() + ": " + status.getDescription(), text -> new LongAdder()).increment();
        }
    }

    /** Everything that ended, counted or not. */
    long done() {
        return done.sum();
    }

    Histogram histogram() {
        Histogram all = new Histogram(LONGEST_NANOS, DIGITS);
        recorders.values().forEach(recorder -> all.add(recorder.getIntervalHistogram()));
        return all;
    }

    Map<String, LongAdder> errors() {
        return errors;
    }
}
