package io.tenon.runtime.node;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.wire.etcdserverpb.MoveLeaderResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Calls that wait until the voter that they chose leads. Consensus gives a transfer up after an election timeout and does not say so; etcd waits on
 * until its caller leaves, and here that ends with the request time-out. Apply loop.
 */
final class LeaderTransfers {
    static final Refusal TOOK_TOO_LONG = Refusal.unknown("etcdserver: request timed out, leader transfer took too long");

    /** Calls that may wait at once. */
    private static final int MOST_WAITING = 256;

    private final Supplier<Optional<Consensus>> consensus;
    private final LongSupplier clockNanos;
    private final long timeoutNanos;
    private final List<Waiting> waiting = new ArrayList<>();
    /** Whom consensus was told to hand over to since the last tick: telling it again would only fill its inbox. */
    private final Set<Long> asked = new HashSet<>();

    private record Waiting(long target, long deadlineNanos, Reply<MoveLeaderResponse> reply) {
    }

    LeaderTransfers(Supplier<Optional<Consensus>> consensus, LongSupplier clockNanos, long timeoutNanos) {
        this.consensus = consensus;
        this.clockNanos = clockNanos;
        this.timeoutNanos = timeoutNanos;
    }

    void move(long target, List<ClusterMember> members, Reply<MoveLeaderResponse> reply) {
        Optional<ConsensusStatus> status = status();
        if (status.filter(ConsensusStatus::isLeader).isEmpty()) {
            reply.refuse(Refusals.NOT_LEADER);
        } else if (members.stream().noneMatch(member -> member.id() == target && !member.learner())) {
            reply.refuse(Refusals.BAD_LEADER_TRANSFEREE);
        } else if (waiting.size() >= MOST_WAITING) {
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
        } else if (target == status.get().id()) {
            reply.accept(MoveLeaderResponse.getDefaultInstance());
        } else {
            if (asked.add(target)) {
                consensus.get().orElseThrow().transferLeadership(target);
            }
            waiting.add(new Waiting(target, clockNanos.getAsLong() + timeoutNanos, reply));
        }
    }

    /** At every tick, which is about a heartbeat. */
    void tick(long nowNanos) {
        asked.clear();
        if (waiting.isEmpty()) {
            return;
        }
        long leader = status().map(ConsensusStatus::leader).orElse(0L);
        waiting.removeIf(transfer -> isOver(transfer, leader, nowNanos));
    }

    private static boolean isOver(Waiting transfer, long leader, long nowNanos) {
        if (transfer.target == leader) {
            transfer.reply.accept(MoveLeaderResponse.getDefaultInstance());
        } else if (nowNanos - transfer.deadlineNanos >= 0) {
            transfer.reply.refuse(TOOK_TOO_LONG);
        } else {
            return false;
        }
        return true;
    }

    /** The loop has stopped; called by whoever stopped it. */
    void end() {
        waiting.forEach(transfer -> transfer.reply.refuse(Refusals.SERVER_STOPPED));
        waiting.clear();
    }

    private Optional<ConsensusStatus> status() {
        return consensus.get().map(Consensus::status);
    }
}
