package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.consensus.ConfChange.Step;
import java.util.Optional;

/** When a committed configuration change has no effect. Every member decides alike, from the membership before the change. */
final class ConfChangeRules {
    private final long maxLearners;

    ConfChangeRules(long maxLearners) {
        this.maxLearners = maxLearners;
    }

    /** @param context what the change says of the member; of a removal nothing but the id */
    Optional<Refusal> refusal(Membership membership, Step step, MemberJson.Context context) {
        if (membership.removed().contains(step.nodeId())) {
            // etcd has a word of its own for it, which arrives at clients as this one.
            return Optional.of(Refusals.MEMBER_NOT_FOUND);
        }
        Optional<ClusterMember> present = membership.member(step.nodeId());
        return switch (step.kind()) {
            case ADD_VOTER, ADD_LEARNER -> context.promotion() ? ofPromotion(present) : ofAddition(membership, context.member());
            case REMOVE -> ofAbsent(present);
            case UPDATE -> ofAbsent(present).or(() -> membership.otherUserOf(context.member().peerUrls(), step.nodeId())
                    .map(other -> Refusals.PEER_URLS_ALREADY_EXISTS));
        };
    }

    private Optional<Refusal> ofAddition(Membership membership, ClusterMember member) {
        if (membership.member(member.id()).isPresent()) {
            return Optional.of(Refusals.MEMBER_ID_ALREADY_EXIST);
        }
        if (membership.otherUserOf(member.peerUrls(), member.id()).isPresent()) {
            return Optional.of(Refusals.PEER_URLS_ALREADY_EXISTS);
        }
        boolean tooMany = member.learner() && membership.learners() >= maxLearners;
        return tooMany ? Optional.of(Refusals.TOO_MANY_LEARNER_MEMBERS_IN_CLUSTER) : Optional.empty();
    }

    private static Optional<Refusal> ofPromotion(Optional<ClusterMember> present) {
        return ofAbsent(present).or(() -> present.filter(member -> !member.learner())
                .map(voter -> Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER));
    }

    private static Optional<Refusal> ofAbsent(Optional<ClusterMember> present) {
        return present.isPresent() ? Optional.empty() : Optional.of(Refusals.MEMBER_NOT_FOUND);
    }
}
