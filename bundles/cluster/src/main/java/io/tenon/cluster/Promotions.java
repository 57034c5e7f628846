package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.cluster.Reconfiguration.LeaderProgress;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.PeerProgress;
import io.tenon.api.proposal.Proposals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Learners on their way to a vote. A leader looks at how far the learner is and changes the configuration; anyone else sends the call to the
 * leader, again and again until the request's time is over. Owned by the apply loop but for {@link #promote}.
 */
final class Promotions {
    /** Promotions that may be under way. */
    private static final int MOST_UNDER_WAY = 256;
    /** Share of the leader's log that a learner must have to be promoted. */
    private static final double READY = 0.9;
    private static final long APPLIED_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Proposals proposals;
    private final Surroundings around;
    private final Rules rules;
    private final Supplier<Membership> membership;
    private final List<Promotion> underway = new ArrayList<>();
    /** What other threads have brought. */
    private final Queue<Runnable> brought = new ConcurrentLinkedQueue<>();
    /** Before the first tick it is not known how late it is, and calls wait for that. */
    private boolean ticked;
    private long nowNanos;
    private long applied;
    private long self;

    /** @param strict empty without the strict check */
    record Rules(Optional<StrictChecks> strict, Duration timeout) {
    }

    Promotions(Proposals proposals, Surroundings around, Rules rules, Supplier<Membership> membership) {
        this.proposals = proposals;
        this.around = around;
        this.rules = rules;
        this.membership = membership;
    }

    /** Any thread. */
    void promote(long id, String token, Reply<List<ClusterMember>> reply) {
        Runnable begin = () -> begin(id, token, reply);
        boolean taken = proposals.onApplyLoop(() -> {
            if (ticked) {
                begin.run();
            } else {
                brought.add(begin);
            }
        });
        if (!taken) {
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
        }
    }

    private void begin(long id, String token, Reply<List<ClusterMember>> reply) {
        if (underway.size() >= MOST_UNDER_WAY) {
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
            return;
        }
        Promotion promotion = new Promotion(id, token, reply);
        underway.add(promotion);
        promotion.begin();
    }

    /** @param appliedIndex of the last applied entry */
    void tick(long member, long appliedIndex, long tickNanos) {
        self = member;
        ticked = true;
        nowNanos = tickNanos;
        applied = appliedIndex;
        takeIn();
        List.copyOf(underway).forEach(Promotion::proceed);
    }

    /** Hands work of another thread to the apply loop; at the latest with the next tick. */
    private void bring(Runnable work) {
        brought.add(work);
        proposals.onApplyLoop(this::takeIn);
    }

    private void takeIn() {
        for (Runnable work = brought.poll(); work != null; work = brought.poll()) {
            work.run();
        }
    }

    /** This version of the bundle does nothing more; what the log has is answered when it is applied. */
    void end(Refusal refusal) {
        takeIn();
        underway.stream().filter(promotion -> !(promotion.stage instanceof Stage.Logged)).toList()
                .forEach(promotion -> promotion.end(() -> promotion.reply.refuse(refusal)));
    }

    /** Where a promotion stands. */
    private sealed interface Stage {

        /** To be begun at the next tick. */
        record Idle() implements Stage {
        }

        /** The leader's progress, or the leader's answer, is asked for. */
        record Asked() implements Stage {
        }

        /** This member leads, and has to apply what it had committed then. */
        record Applying(LeaderProgress progress, long deadlineNanos) implements Stage {
        }

        /** The configuration is being changed. */
        record Logged() implements Stage {
        }
    }

    private final class Promotion {
        private final long id;
        private final String token;
        private final Reply<List<ClusterMember>> reply;
        private final long deadlineNanos = nowNanos + rules.timeout().toNanos();
        private Stage stage = new Stage.Idle();
        private boolean over;

        Promotion(long id, String token, Reply<List<ClusterMember>> reply) {
            this.id = id;
            this.token = token;
            this.reply = reply;
        }

        void begin() {
            stage = new Stage.Asked();
            around.reconfiguration().progress(new Reply<>() {

                @Override
                public void accept(LeaderProgress progress) {
                    bring(() -> leads(progress));
                }

                @Override
                public void refuse(Refusal refusal) {
                    bring(Promotion.this::forward);
                }
            });
        }

        void proceed() {
            switch (stage) {
                case Stage.Idle idle when nowNanos - deadlineNanos < 0 -> begin();
                case Stage.Applying(LeaderProgress progress, long untilNanos) when applied < progress.commit() -> {
                    if (nowNanos - untilNanos >= 0) {
                        end(() -> reply.refuse(Refusals.REQUEST_TIMED_OUT_WAITING_FOR_THE_APPLIED_INDEX_TOOK_TOO_LONG));
                    }
                }
                case Stage.Applying(LeaderProgress progress, long untilNanos) -> decide(progress);
                case Stage.Idle idle -> end(() -> reply.refuse(Refusals.REQUEST_TIMED_OUT));
                case Stage.Asked asked -> {
                    if (nowNanos - deadlineNanos >= 0) {
                        end(() -> reply.refuse(Refusals.REQUEST_TIMED_OUT));
                    }
                }
                case Stage.Logged logged -> { }
            }
        }

        private void leads(LeaderProgress progress) {
            if (!over) {
                stage = new Stage.Applying(progress, nowNanos + APPLIED_WAIT_NANOS);
            }
        }

        private void decide(LeaderProgress progress) {
            Optional<Refusal> refusal = refusal(progress);
            if (refusal.isPresent()) {
                end(() -> reply.refuse(refusal.get()));
                return;
            }
            stage = new Stage.Logged();
            around.reconfiguration().change(new Step(Kind.ADD_VOTER, id), MemberJson.writePromotion(id), new Reply<>() {

                @Override
                public void accept(List<ClusterMember> members) {
                    end(() -> reply.accept(members));
                }

                @Override
                public void refuse(Refusal refused) {
                    end(() -> reply.refuse(refused));
                }
            });
        }

        /** That a member is a voter already is found out when the change is applied, as in etcd, where it takes a place in the log. */
        private Optional<Refusal> refusal(LeaderProgress progress) {
            Optional<ClusterMember> member = membership.get().member(id);
            if (member.isEmpty()) {
                return Optional.of(Refusals.MEMBER_NOT_FOUND);
            }
            long leaderMatch = match(progress, self);
            if (match(progress, id) < leaderMatch * READY) {
                return Optional.of(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER_WHICH_IS_IN_SYNC_WITH_LEADER);
            }
            return rules.strict().flatMap(check -> check.ofPromotion(membership.get()));
        }

        private static long match(LeaderProgress progress, long member) {
            return Optional.ofNullable(progress.members().get(member)).map(PeerProgress::match).orElse(0L);
        }

        private void forward() {
            if (over) {
                return;
            }
            Optional<ClusterMember> leader = membership.get().member(proposals.leader());
            long leftNanos = deadlineNanos - nowNanos;
            if (leader.isEmpty() || leader.get().id() == self || leftNanos <= 0) {
                stage = new Stage.Idle();
                return;
            }
            new PromotionCall(around.calls(), id, token).ask(MemberUrls.callable(leader.get()), Duration.ofNanos(leftNanos),
                    answer -> bring(() -> answered(answer)));
        }

        private void answered(PromotionCall.Answer answer) {
            if (over) {
                return;
            }
            switch (answer) {
                case PromotionCall.Answer.Promoted(List<ClusterMember> members) -> end(() -> reply.accept(members));
                case PromotionCall.Answer.Refused(Refusal refusal) -> end(() -> reply.refuse(refusal));
                case PromotionCall.Answer.Unknown unknown -> stage = new Stage.Idle();
            }
        }

        void end(Runnable answer) {
            if (!over) {
                over = true;
                underway.remove(this);
                answer.run();
            }
        }
    }
}
