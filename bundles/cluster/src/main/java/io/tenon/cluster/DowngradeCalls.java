package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.DowngradeRequest;
import io.tenon.wire.etcdserverpb.DowngradeResponse;
import io.tenon.wire.etcdserverpb.EmptyResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code Maintenance.Downgrade}. Owned by the apply loop but for {@link #call}. */
final class DowngradeCalls {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(\\.\\d+([-+].*)?)?");

    private final Proposals proposals;
    private final Compat compat;
    private final long timeoutNanos;
    private final Supplier<Membership> membership;
    private final LongSupplier revision;
    /** Calls that 3.5 does not answer although their entry is applied; the time at which they end comes with the next tick. */
    private final List<Unanswered> unanswered = new ArrayList<>();

    private record Unanswered(Reply<?> reply, OptionalLong timeoutAtNanos) {
    }

    /** @param revision of the keyspace, for headers; on the apply loop */
    DowngradeCalls(Proposals proposals, NodeConfig config, Supplier<Membership> membership, LongSupplier revision) {
        this.proposals = proposals;
        this.membership = membership;
        this.revision = revision;
        compat = config.compat();
        timeoutNanos = config.timing().requestTimeout().toNanos();
    }

    /** Any thread. */
    void call(DowngradeRequest request, Reply<DowngradeResponse> reply) {
        switch (request.getAction()) {
            case VALIDATE -> afterValidation(request, reply, () -> answer(reply));
            case ENABLE -> afterValidation(request, reply, () ->
                    propose(new Membership.Downgrade(target(request).orElseThrow().toString(), true), reply));
            case CANCEL -> proposals.awaitLinearizable(then(reply, this::refusalOfEnd, () -> propose(Membership.Downgrade.NONE, reply)));
            case UNRECOGNIZED -> reply.refuse(Refusals.UNKNOWN_METHOD);
        }
    }

    private void afterValidation(DowngradeRequest request, Reply<?> reply, Runnable action) {
        proposals.awaitLinearizable(then(reply, () -> refusalOfTarget(request), action));
    }

    private static Reply<Long> then(Reply<?> reply, Supplier<Optional<Refusal>> check, Runnable action) {
        return new Reply<>() {

            @Override
            public void accept(Long index) {
                Optional<Refusal> refusal = check.get();
                if (refusal.isPresent()) {
                    reply.refuse(refusal.get());
                } else {
                    action.run();
                }
            }

            @Override
            public void refuse(Refusal refusal) {
                reply.refuse(refusal);
            }
        };
    }

    private Optional<Refusal> refusalOfTarget(DowngradeRequest request) {
        Optional<ClusterVersion> target = target(request);
        Optional<ClusterVersion> current = membership.get().clusterVersion();
        if (target.isEmpty()) {
            return Optional.of(Refusals.WRONG_DOWNGRADE_TARGET_VERSION_FORMAT);
        }
        if (current.isEmpty()) {
            return Optional.of(Refusals.CLUSTER_VERSION_NOT_FOUND_DURING_DOWNGRADE);
        }
        if (!target.equals(current.map(ClusterVersion::oneMinorLower))) {
            return Optional.of(Refusals.INVALID_DOWNGRADE_TARGET_VERSION);
        }
        return membership.get().downgrade().enabled() ? Optional.of(Refusals.CLUSTER_HAS_A_DOWNGRADE_JOB_IN_PROGRESS) : Optional.empty();
    }

    private Optional<Refusal> refusalOfEnd() {
        return membership.get().downgrade().enabled() ? Optional.empty() : Optional.of(Refusals.NO_INFLIGHT_DOWNGRADE_JOB);
    }

    private static Optional<ClusterVersion> target(DowngradeRequest request) {
        Matcher version = VERSION.matcher(request.getVersion());
        return version.matches() ? Optional.of(new ClusterVersion(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)), 0))
                : Optional.empty();
    }

    private void answer(Reply<DowngradeResponse> reply) {
        Messages.<Optional<ClusterVersion>, DowngradeResponse>mapped(reply, version -> DowngradeResponse.newBuilder()
                .setHeader(proposals.header(revision.getAsLong())).setVersion(version.map(ClusterVersion::toString).orElse("")).build())
                .accept(membership.get().clusterVersion());
    }

    private void propose(Membership.Downgrade downgrade, Reply<DowngradeResponse> reply) {
        proposals.propose(new ClusterEntry.DowngradeSet(downgrade).proposal(compat, proposals.nextId()), new Reply<EmptyResponse>() {

            @Override
            public void accept(EmptyResponse applied) {
                if (compat.atLeast(Compat.V3_6)) {
                    answer(reply);
                } else {
                    // etcd 3.5 applies this entry without a result, so its caller waits in vain.
                    unanswered.add(new Unanswered(reply, OptionalLong.empty()));
                }
            }

            @Override
            public void refuse(Refusal refusal) {
                reply.refuse(refusal);
            }
        });
    }

    void tick(long tickNanos) {
        unanswered.replaceAll(call -> new Unanswered(call.reply, OptionalLong.of(call.timeoutAtNanos.orElse(tickNanos + timeoutNanos))));
        List<Unanswered> late = unanswered.stream().filter(call -> tickNanos - call.timeoutAtNanos.getAsLong() >= 0).toList();
        unanswered.removeAll(late);
        late.forEach(call -> call.reply.refuse(Refusals.REQUEST_TIMED_OUT));
    }

    /** Nobody waits for an answer of this version of the bundle any more. */
    void end(Refusal refusal) {
        List<Unanswered> all = List.copyOf(unanswered);
        unanswered.clear();
        all.forEach(call -> call.reply.refuse(refusal));
    }
}
