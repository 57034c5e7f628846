package io.tenon.members;

import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** One member's loops and blocking work, done piece by piece on the test's thread. */
final class PieceHost implements LoopHost {
    private final LongSupplier clockNanos;
    private final Arrows arrows;
    private final List<Attached> loops = new ArrayList<>();
    private final ArrayDeque<Blocking> blocking = new ArrayDeque<>();

    private record Attached(LoopRole role, String name, Loop loop) {
    }

    private record Blocking(String name, Runnable work) {
    }

    PieceHost(LongSupplier clockNanos, Arrows arrows) {
        this.clockNanos = clockNanos;
        this.arrows = arrows;
    }

    /** Does what was to block, and steps every loop once. Returns the work done. */
    int round() {
        int work = 0;
        for (Blocking next = blocking.poll(); next != null; next = blocking.poll()) {
            next.work.run();
            arrows.pass("after " + next.name);
            work++;
        }
        for (Attached attached : List.copyOf(loops)) {
            int done = attached.loop.step(clockNanos.getAsLong());
            if (done > 0) {
                arrows.pass("after a step of " + attached.role);
            }
            work += done;
        }
        return work;
    }

    @Override
    public LoopHandle attach(LoopRole role, String name, Loop loop) {
        Attached attached = new Attached(role, name, loop);
        loops.add(attached);
        loops.sort(Comparator.comparing(Attached::role));
        return new LoopHandle() {
            @Override
            public void wake() {
                // Every loop is stepped in every round.
            }

            @Override
            public void close() {
                loops.remove(attached);
            }
        };
    }

    @Override
    public long nowNanos() {
        return clockNanos.getAsLong();
    }

    @Override
    public void runBlocking(String name, Runnable work) {
        blocking.add(new Blocking(name, work));
    }
}
