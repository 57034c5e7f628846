package io.tenon.simulator.member;

import io.tenon.api.loop.LoopRole;
import io.tenon.simulator.world.Chance;

/** How fast a machine is: its processor, its disk, its clock. Faults change it while it runs. */
public final class Pace {
    private static final long MICROSECOND = 1_000;
    private static final long HAND_OFF_NANOS = 20 * MICROSECOND;
    private static final long COMMIT_NANOS = 3_000 * MICROSECOND;
    private static final long USUAL_DISK_NANOS = 300 * MICROSECOND;

    private double clockRate = 1;
    private long diskMeanNanos = USUAL_DISK_NANOS;
    private long diskStallsUntilNanos;

    double clockRate() {
        return clockRate;
    }

    /** @param rate seconds of this clock in a second */
    public void clockRate(double rate) {
        clockRate = rate;
    }

    /** @param meanNanos of a write and its sync */
    public void diskMeanNanos(long meanNanos) {
        diskMeanNanos = meanNanos;
    }

    public void diskStallsUntil(long nanos) {
        diskStallsUntilNanos = nanos;
    }

    /** As a machine is that has nothing wrong with it but its clock. */
    public void recover() {
        diskMeanNanos = USUAL_DISK_NANOS;
        diskStallsUntilNanos = 0;
    }

    long diskNanos(long nowNanos, Chance chance) {
        return Math.max(0, diskStallsUntilNanos - nowNanos) + chance.exponentialNanos(diskMeanNanos);
    }

    /** From a wake-up to the step; of loops that write, the time the disk takes is in it. */
    long wakeNanos(LoopRole role, long nowNanos, Chance chance) {
        long handOff = chance.exponentialNanos(HAND_OFF_NANOS);
        return switch (role) {
            case RAFT, APPLY, WATCH -> handOff;
            case LOG -> handOff + diskNanos(nowNanos, chance);
            case ENGINE -> handOff + diskNanos(nowNanos, chance) + chance.exponentialNanos(COMMIT_NANOS);
        };
    }
}
