package io.tenon.simulator.member;

import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.api.loop.WorkerPool;
import io.tenon.simulator.world.Chance;
import io.tenon.simulator.world.Schedule;
import java.util.concurrent.Executor;

/** The threads and the clock of one process: events of the schedule, at the pace of a simulated machine, by a clock that goes a little wrong. */
final class Host implements LoopHost {
    private static final long READ_NANOS = 50_000;

    private final Schedule schedule;
    private final Chance chance;
    private final Pace pace;
    private final Guard guard;
    /** Since when the clock goes at its rate, and what it showed then. */
    private long rateSinceNanos;
    private long rateFromNanos;
    private double rate;
    private long pausedUntilNanos;

    /** Runs a piece of the process's work, unless the process is gone, and deals with what it throws. */
    interface Guard {
        void run(Runnable work);
    }

    Host(Schedule schedule, Chance chance, Pace pace, Guard guard) {
        this.schedule = schedule;
        this.chance = chance;
        this.pace = pace;
        this.guard = guard;
        rateSinceNanos = schedule.nowNanos();
        rateFromNanos = chance.between(0, 1L << 50);
        rate = pace.clockRate();
    }

    @Override
    public long nowNanos() {
        long nowNanos = rateFromNanos + (long) ((schedule.nowNanos() - rateSinceNanos) * rate);
        if (rate != pace.clockRate()) {
            rateSinceNanos = schedule.nowNanos();
            rateFromNanos = nowNanos;
            rate = pace.clockRate();
        }
        return nowNanos;
    }

    /** The process stands still for a while; its clock does not. */
    void pause(long nanos) {
        pausedUntilNanos = Math.max(pausedUntilNanos, schedule.nowNanos() + nanos);
    }

    /** Runs work of this process later. */
    void after(long delayNanos, Runnable work) {
        schedule.after(delayNanos, () -> whenAwake(work));
    }

    private void whenAwake(Runnable work) {
        long left = pausedUntilNanos - schedule.nowNanos();
        if (left > 0) {
            after(left, work);
        } else {
            guard.run(work);
        }
    }

    @Override
    public LoopHandle attach(LoopRole role, String name, Loop loop) {
        Attached attached = new Attached(role, loop);
        attached.wake();
        return attached;
    }

    @Override
    public void runBlocking(String name, Runnable work) {
        after(pace.diskNanos(schedule.nowNanos(), chance), work);
    }

    /** For reads. */
    WorkerPool workers() {
        return work -> {
            after(chance.exponentialNanos(READ_NANOS), work);
            return true;
        };
    }

    /** The thread of a client's connection. */
    Executor home() {
        return work -> after(chance.exponentialNanos(READ_NANOS), work);
    }

    /** A loop, and the one event that steps it next. */
    private final class Attached implements LoopHandle {
        private static final long NONE = Long.MAX_VALUE;

        private final LoopRole role;
        private final Loop loop;
        private long plannedNanos = NONE;
        private boolean closed;

        Attached(LoopRole role, Loop loop) {
            this.role = role;
            this.loop = loop;
        }

        @Override
        public void wake() {
            plan(pace.wakeNanos(role, schedule.nowNanos(), chance));
        }

        private void plan(long delayNanos) {
            long atNanos = schedule.nowNanos() + delayNanos;
            if (atNanos < plannedNanos) {
                plannedNanos = atNanos;
                after(delayNanos, () -> step(atNanos));
            }
        }

        private void step(long plannedForNanos) {
            // An event that was overtaken by an earlier plan is void.
            if (closed || plannedForNanos != plannedNanos) {
                return;
            }
            plannedNanos = NONE;
            if (loop.step(nowNanos()) > 0) {
                wake();
            } else if (loop.wakeAtNanos() != Loop.NEVER) {
                plan(Math.max(1, (long) ((loop.wakeAtNanos() - nowNanos()) / pace.clockRate()) + 1));
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
