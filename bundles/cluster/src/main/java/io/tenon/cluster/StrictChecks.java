package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.spi.transport.PeerLinks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code --strict-reconfig-check}: refuses changes after which no quorum of members would be started, or would be reached from here. Asked before a
 * change is logged, by whoever was asked for it (reference: gRPC behaviour, cluster). Any thread.
 */
final class StrictChecks {
    /** For how long a member has to be connected to count. */
    private static final long HEALTHY_NANOS = Duration.ofSeconds(5).toNanos();

    private final PeerLinks links;

    StrictChecks(PeerLinks links) {
        this.links = links;
    }

    Optional<Refusal> ofAddition(Membership membership, ClusterMember added, long self) {
        List<ClusterMember> voters = membership.voters();
        long started = started(voters);
        // The first started member may always get a second, or there would be no way to a cluster.
        boolean second = started == 1 && voters.size() == 1;
        if (!added.learner() && !second && started < quorum(voters.size() + 1)) {
            return Optional.of(Refusals.NOT_ENOUGH_STARTED_MEMBERS);
        }
        boolean reached = voters.size() == 1 || healthy(voters, self) >= quorum(voters.size() + 1);
        return reached ? Optional.empty() : Optional.of(Refusals.UNHEALTHY_CLUSTER);
    }

    /** @param id perhaps of no member, which is found out when the change is applied */
    Optional<Refusal> ofRemoval(Membership membership, long id, long self) {
        if (membership.member(id).filter(ClusterMember::learner).isPresent()) {
            return Optional.empty();
        }
        List<ClusterMember> voters = membership.voters();
        List<ClusterMember> remaining = voters.stream().filter(member -> member.id() != id).toList();
        if (started(remaining) < quorum(remaining.size())) {
            return Optional.of(Refusals.NOT_ENOUGH_STARTED_MEMBERS);
        }
        // A member that is down is no part of the quorum that is there.
        if (id != self && links.connectedForNanos(id).isEmpty()) {
            return Optional.empty();
        }
        boolean kept = healthy(voters, self) - 1 >= 1 + (voters.size() - 1) / 2;
        return kept ? Optional.empty() : Optional.of(Refusals.UNHEALTHY_CLUSTER);
    }

    /** The learner counts as a voter that has started. */
    Optional<Refusal> ofPromotion(Membership membership) {
        List<ClusterMember> voters = membership.voters();
        boolean enough = started(voters) + 1 >= quorum(voters.size() + 1);
        return enough ? Optional.empty() : Optional.of(Refusals.NOT_ENOUGH_STARTED_MEMBERS);
    }

    private static int quorum(int members) {
        return members / 2 + 1;
    }

    private static long started(List<ClusterMember> members) {
        return members.stream().filter(ClusterMember::started).count();
    }

    private long healthy(List<ClusterMember> members, long self) {
        return members.stream()
                .filter(member -> member.id() == self || links.connectedForNanos(member.id()).orElse(-1) >= HEALTHY_NANOS).count();
    }
}
