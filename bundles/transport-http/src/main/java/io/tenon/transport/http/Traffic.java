package io.tenon.transport.http;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** What went to one peer and came from it, as etcd's metrics of peers count it. Any thread. */
final class Traffic {
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sentFailures = new LongAdder();
    private final LongAdder receivedFailures = new LongAdder();
    private volatile Optional<Duration> roundTrip = Optional.empty();

    void sent(long bytes) {
        sentBytes.add(bytes);
    }

    void received(long bytes) {
        receivedBytes.add(bytes);
    }

    /** Messages were lost on the way to it. */
    void sendFailed() {
        sentFailures.increment();
    }

    /** A stream from it ended, or did not come to be. */
    void receiveFailed() {
        receivedFailures.increment();
    }

    /** How long a small request and its answer took. */
    void probed(Duration time) {
        roundTrip = Optional.of(time);
    }

    long sentBytes() {
        return sentBytes.sum();
    }

    long receivedBytes() {
        return receivedBytes.sum();
    }

    long sentFailures() {
        return sentFailures.sum();
    }

    long receivedFailures() {
        return receivedFailures.sum();
    }

    /** Of the last probe that was answered. */
    Optional<Duration> roundTrip() {
        return roundTrip;
    }
}
