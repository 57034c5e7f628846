package io.tenon.mvcc;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --auto-compaction-*}: decides from time to time at which revision to compact. Every member follows the revisions, the leader
 * alone proposes. Owned by the apply loop, where the answers to its proposals arrive too.
 */
final class AutoCompaction {
    private static final Logger LOG = LoggerFactory.getLogger(AutoCompaction.class);
    private final Mode mode;
    private final Proposals proposals;
    private final AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.NONE);
    private boolean leader;
    private long last;
    private long askedNanos;

    private enum Outcome { NONE, ASKED, DONE, FAILED }

    AutoCompaction(NodeConfig.Compaction config, Proposals proposals) {
        this.proposals = proposals;
        if (!config.retentionPeriod().isZero()) {
            mode = new Periodic(config.retentionPeriod());
        } else if (config.retentionRevisions() > 0) {
            mode = new Revisions(config.retentionRevisions());
        } else {
            mode = new Off();
        }
    }

    void leadershipChanged(boolean nowLeader) {
        leader = nowLeader;
    }

    void tick(long nowNanos, long revision) {
        settle();
        OptionalLong due = mode.due(nowNanos, revision);
        if (due.isEmpty() || !leader || outcome.get() != Outcome.NONE) {
            return;
        }
        long target = due.getAsLong();
        if (target <= 0 || target == last) {
            return;
        }
        askedNanos = nowNanos;
        propose(target);
    }

    private void propose(long target) {
        LOG.info("starting auto compaction revision={}", target);
        outcome.set(Outcome.ASKED);
        last = target;
        proposals.propose(InternalRaftRequest.newBuilder()
                .setCompaction(CompactionRequest.newBuilder().setRevision(target)).build(), new Reply<CompactionResponse>() {
                    @Override
                    public void accept(CompactionResponse answer) {
                        outcome.set(Outcome.DONE);
                    }

                    @Override
                    public void refuse(Refusal refusal) {
                        boolean alreadyDone = refusal.equals(Refusals.COMPACTED);
                        if (!alreadyDone) {
                            LOG.warn("failed auto compaction revision={} error={}", target, refusal.text());
                        }
                        outcome.set(alreadyDone ? Outcome.DONE : Outcome.FAILED);
                    }
                });
    }

    private void settle() {
        switch (outcome.get()) {
            case DONE -> {
                mode.compacted(askedNanos);
                outcome.set(Outcome.NONE);
            }
            case FAILED -> {
                last = 0; // try this revision again
                outcome.set(Outcome.NONE);
            }
            case NONE, ASKED -> { }
        }
    }

    /** When, and at which revision. */
    private sealed interface Mode {

        /** The revision to compact at now, if it is time to. Called at every tick. */
        OptionalLong due(long nowNanos, long revision);

        /** @param askedNanos when it was proposed: the answer comes a tick later, and intervals must not grow by that */
        void compacted(long askedNanos);
    }

    private record Off() implements Mode {

        @Override
        public OptionalLong due(long nowNanos, long revision) {
            return OptionalLong.empty();
        }

        @Override
        public void compacted(long askedNanos) {
        }
    }

    /** Keeps so many revisions; looks every five minutes. */
    private static final class Revisions implements Mode {
        private static final long INTERVAL_NANOS = Duration.ofMinutes(5).toNanos();
        private final long retained;
        private long nextNanos;
        private boolean started;

        Revisions(long retained) {
            this.retained = retained;
        }

        @Override
        public OptionalLong due(long nowNanos, long revision) {
            if (!started) {
                started = true;
                nextNanos = nowNanos + INTERVAL_NANOS;
            }
            if (nowNanos - nextNanos < 0) {
                return OptionalLong.empty();
            }
            nextNanos = nowNanos + INTERVAL_NANOS;
            return OptionalLong.of(revision - retained);
        }

        @Override
        public void compacted(long askedNanos) {
        }
    }

    /**
     * Keeps what is younger than the period. Notes the revision ten times in each interval (an hour, or the period when that is
     * shorter); the oldest note is the revision one period ago.
     */
    private static final class Periodic implements Mode {
        private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
        private static final int NOTES_PER_INTERVAL = 10;
        private final long intervalNanos;
        private final long noteNanos;
        private final int mostNotes;
        private final long periodNanos;
        private final Deque<Long> notes = new ArrayDeque<>();
        private long nextNoteNanos;
        private long nextCompactionNanos;

        Periodic(Duration period) {
            Duration interval = period.compareTo(LONGEST_INTERVAL) < 0 ? period : LONGEST_INTERVAL;
            periodNanos = period.toNanos();
            intervalNanos = interval.toNanos();
            noteNanos = Math.max(1, intervalNanos / NOTES_PER_INTERVAL);
            mostNotes = Math.toIntExact(periodNanos / noteNanos) + 1;
        }

        @Override
        public OptionalLong due(long nowNanos, long revision) {
            if (notes.isEmpty()) {
                nextNoteNanos = nowNanos;
                nextCompactionNanos = nowNanos + periodNanos;
            }
            if (nowNanos - nextNoteNanos < 0) {
                return OptionalLong.empty();
            }
            nextNoteNanos = nowNanos + noteNanos;
            notes.addLast(revision);
            if (notes.size() > mostNotes) {
                notes.removeFirst();
            }
            boolean isTime = nowNanos - nextCompactionNanos >= 0;
            return isTime ? OptionalLong.of(notes.peekFirst()) : OptionalLong.empty();
        }

        @Override
        public void compacted(long askedNanos) {
            nextCompactionNanos = askedNanos + intervalNanos;
        }
    }
}
