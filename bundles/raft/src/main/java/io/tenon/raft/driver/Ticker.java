package io.tenon.raft.driver;

import io.tenon.api.loop.Loop;
import java.util.concurrent.TimeUnit;

/** Turns the loop's clock into ticks. */
final class Ticker {
    /** A loop that was kept from running lets this many ticks happen at once; the rest are lost, as if the time had stood still. */
    static final int MOST_TICKS_AT_ONCE = 2;

    private final long intervalNanos;
    private long nextNanos;
    private boolean started;

    Ticker(long intervalMillis) {
        intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
    }

    /** How many ticks are due. */
    int due(long nowNanos) {
        if (!started) {
            started = true;
            nextNanos = nowNanos + intervalNanos;
            return 0;
        }
        int ticks = 0;
        while (nowNanos - nextNanos >= 0) {
            if (++ticks == MOST_TICKS_AT_ONCE) {
                nextNanos = nowNanos + intervalNanos;
                break;
            }
            nextNanos += intervalNanos;
        }
        return ticks;
    }

    long nextNanos() {
        return started ? nextNanos : Loop.NEVER;
    }
}
