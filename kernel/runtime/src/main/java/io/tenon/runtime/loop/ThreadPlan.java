package io.tenon.runtime.loop;

import io.tenon.api.loop.LoopRole;
import java.util.Locale;

/** Which loops share a thread. Measured: with two cores a hand-off costs more than the parallelism brings (docs/performance.md). */
public enum ThreadPlan {
    /** Consensus, log and apply on one thread. */
    SHARED,
    /** A thread for each role. */
    SEPARATE;

    /** Cores up to which {@link #SHARED} is the default. */
    private static final int FEW_CORES = 3;

    /** @throws IllegalArgumentException for another word than the names of the plans */
    public static ThreadPlan of(String word, int cores) {
        if (word.isEmpty()) {
            return cores <= FEW_CORES ? SHARED : SEPARATE;
        }
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    String threadOf(LoopRole role) {
        return switch (role) {
            case RAFT, LOG, APPLY -> this == SHARED ? "tenon-core" : "tenon-" + role.name().toLowerCase(Locale.ROOT);
            case WATCH -> "tenon-watch";
            case ENGINE -> "tenon-engine";
        };
    }
}
