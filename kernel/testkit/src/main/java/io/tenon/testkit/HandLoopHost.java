package io.tenon.testkit;

import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Loops that are stepped when the test says so, on the test's thread, by a clock that the test moves. */
public final class HandLoopHost implements LoopHost {
    private final List<Attached> loops = new ArrayList<>();
    private final ArrayDeque<Runnable> blocking = new ArrayDeque<>();
    private long nowNanos = 1_000_000;
    private int wakes;

    private record Attached(LoopRole role, String name, Loop loop) {
    }

    @Override
    public LoopHandle attach(LoopRole role, String name, Loop loop) {
        Attached attached = new Attached(role, name, loop);
        loops.add(attached);
        loops.sort(Comparator.comparing(Attached::role));
        return new LoopHandle() {
            @Override
            public void wake() {
                wakes++;
            }

            @Override
            public void close() {
                loops.remove(attached);
            }
        };
    }

    @Override
    public void runBlocking(String name, Runnable work) {
        blocking.add(work);
    }

    /** Does what was to block, then steps every loop once, in the order of their roles, and returns the work they did. */
    public int step() {
        int work = 0;
        for (Runnable next = blocking.poll(); next != null; next = blocking.poll()) {
            next.run();
            work++;
        }
        for (Attached attached : List.copyOf(loops)) {
            work += attached.loop.step(nowNanos);
        }
        return work;
    }

    /** Steps until a whole round finds nothing to do. */
    public void stepUntilIdle() {
        for (int round = 0; round < 1_000_000; round++) {
            if (step() == 0) {
                return;
            }
        }
        throw new AssertionError("loops never come to rest: " + loops);
    }

    public void advance(Duration time) {
        nowNanos += time.toNanos();
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    /** The earliest time a loop wants to be stepped at; {@link Loop#NEVER} when none does. */
    public long wakeAtNanos() {
        return loops.stream().mapToLong(attached -> attached.loop.wakeAtNanos()).min().orElse(Loop.NEVER);
    }

    /** How often loops were woken so far. */
    public int wakes() {
        return wakes;
    }

    /** How many loops are attached. */
    public int attached() {
        return loops.size();
    }
}
