package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.config.MembershipChoice;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.MemberAddRequest;
import io.tenon.wire.etcdserverpb.MemberAddResponse;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteResponse;
import io.tenon.wire.etcdserverpb.MemberRemoveRequest;
import io.tenon.wire.etcdserverpb.MemberRemoveResponse;
import io.tenon.wire.etcdserverpb.MemberUpdateRequest;
import io.tenon.wire.etcdserverpb.MemberUpdateResponse;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What clients ask of the members. Any thread. The headers have no revision: etcd's Cluster service does not ask the keyspace. */
final class MemberCalls {
    private final Proposals proposals;
    private final Surroundings around;
    private final Supplier<Membership> membership;
    private final Promotions promotions;
    private final Optional<StrictChecks> strict;

    MemberCalls(Proposals proposals, Surroundings around, NodeConfig config, Supplier<Membership> membership) {
        this.proposals = proposals;
        this.around = around;
        this.membership = membership;
        strict = MembershipChoice.of(config.flags()).strictCheck() ? Optional.of(new StrictChecks(around.links())) : Optional.empty();
        promotions = new Promotions(proposals, around, new Promotions.Rules(strict, config.timing().requestTimeout()), membership);
    }

    /** The part that takes time. */
    Promotions promotions() {
        return promotions;
    }

    private ResponseHeader header() {
        return proposals.header(0);
    }

    private long self() {
        return header().getMemberId();
    }

    void list(MemberListRequest request, Reply<MemberListResponse> reply) {
        if (request.getLinearizable()) {
            proposals.awaitLinearizable(Messages.mapped(reply, index -> listNow()));
        } else {
            reply.accept(listNow());
        }
    }

    private MemberListResponse listNow() {
        return MemberListResponse.newBuilder().setHeader(header()).addAllMembers(Messages.of(membership.get().members())).build();
    }

    void add(MemberAddRequest request, Reply<MemberAddResponse> reply) {
        Optional<List<String>> urls = MemberUrls.ofAdded(request.getPeerURLsList());
        if (urls.isEmpty()) {
            reply.refuse(Refusals.GIVEN_MEMBER_URLS_ARE_INVALID);
            return;
        }
        ClusterMember added = new ClusterMember(MemberIds.ofAdded(urls.get(), around.unixSeconds()), urls.get(), request.getIsLearner(), "", List.of());
        Optional<Refusal> refusal = strict.flatMap(check -> check.ofAddition(membership.get(), added, self()));
        if (refusal.isPresent()) {
            reply.refuse(refusal.get());
            return;
        }
        Step step = new Step(added.learner() ? Kind.ADD_LEARNER : Kind.ADD_VOTER, added.id());
        around.reconfiguration().change(step, MemberJson.write(added), Messages.mapped(reply, members -> MemberAddResponse.newBuilder()
                .setHeader(header()).setMember(Messages.of(added)).addAllMembers(Messages.of(members)).build()));
    }

    void remove(MemberRemoveRequest request, Reply<MemberRemoveResponse> reply) {
        Optional<Refusal> refusal = strict.flatMap(check -> check.ofRemoval(membership.get(), request.getID(), self()));
        if (refusal.isPresent()) {
            reply.refuse(refusal.get());
            return;
        }
        around.reconfiguration().change(new Step(Kind.REMOVE, request.getID()), "", Messages.mapped(reply, members ->
                MemberRemoveResponse.newBuilder().setHeader(header()).addAllMembers(Messages.of(members)).build()));
    }

    /** The change says again whether the member is a learner: who applies it takes that over. */
    void update(MemberUpdateRequest request, Reply<MemberUpdateResponse> reply) {
        boolean learner = membership.get().member(request.getID()).filter(ClusterMember::learner).isPresent();
        ClusterMember updated = new ClusterMember(request.getID(), request.getPeerURLsList(), learner, "", List.of());
        around.reconfiguration().change(new Step(Kind.UPDATE, request.getID()), MemberJson.write(updated), Messages.mapped(reply, members ->
                MemberUpdateResponse.newBuilder().setHeader(header()).addAllMembers(Messages.of(members)).build()));
    }

    void promote(MemberPromoteRequest request, String token, Reply<MemberPromoteResponse> reply) {
        promotions.promote(request.getID(), token, Messages.mapped(reply, members ->
                MemberPromoteResponse.newBuilder().setHeader(header()).addAllMembers(Messages.of(members)).build()));
    }
}
