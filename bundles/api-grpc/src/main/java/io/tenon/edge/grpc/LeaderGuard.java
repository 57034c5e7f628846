package io.tenon.edge.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.util.concurrent.Future;
import io.tenon.api.Refusals;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends a stream whose client requires a leader, once there has been none for three election timeouts. Looked at once per election timeout,
 * on the stream's event loop.
 */
final class LeaderGuard {
    private static final int TOLERATED_ABSENCES = 3;

    private final Calls calls;
    private final Consumer<Status> end;
    private int absences;

    private LeaderGuard(Calls calls, Consumer<Status> end) {
        this.calls = calls;
        this.end = end;
    }

    /** Watches over a stream if its headers ask for it. The caller cancels what is returned when the stream ends. */
    static Optional<Future<?>> start(Calls calls, Home home, Metadata headers, Consumer<Status> end) {
        if (!Calls.requiresLeader(headers)) {
            return Optional.empty();
        }
        var guard = new LeaderGuard(calls, end);
        long periodNanos = calls.electionTimeout().toNanos();
        return Optional.of(home.loop().scheduleAtFixedRate(guard::look, periodNanos, periodNanos, TimeUnit.NANOSECONDS));
    }

    private void look() {
        absences = calls.leader().hasLeader() ? 0 : absences + 1;
        if (absences == TOLERATED_ABSENCES) {
            end.accept(calls.status(Refusals.NO_LEADER));
        }
    }
}
