package io.tenon.corruption;

import io.tenon.api.loop.Loop;
import io.tenon.api.proposal.Proposals;
import java.time.Duration;
import java.util.Optional;

/**
 * A comparison of members that whoever leads makes from time to time, as a loop of its own; one round at a time, and a period between the
 * beginnings of two.
 */
abstract class LeaderRounds implements Loop {
    private final Proposals proposals;
    private final HashQuestions questions;
    private final long periodNanos;
    private boolean running;
    private Optional<Long> nextAtNanos = Optional.empty();
    private long nowNanos;

    LeaderRounds(Proposals proposals, HashQuestions questions, Duration period) {
        this.proposals = proposals;
        this.questions = questions;
        periodNanos = period.toNanos();
    }

    /** Begins a round, which calls {@link #over} at last, whatever happens. */
    abstract void begin();

    final void over() {
        running = false;
    }

    @Override
    public final long wakeAtNanos() {
        return running ? NEVER : nextAtNanos.orElse(nowNanos);
    }

    @Override
    public final int step(long atNanos) {
        nowNanos = atNanos;
        int done = questions.work();
        if (nextAtNanos.isEmpty()) {
            nextAtNanos = Optional.of(nowNanos + periodNanos);
        }
        if (!running && nowNanos - nextAtNanos.get() >= 0) {
            nextAtNanos = Optional.of(nowNanos + periodNanos);
            done++;
            if (proposals.leader() == questions.self().memberId()) {
                running = true;
                begin();
            }
        }
        return done;
    }
}
