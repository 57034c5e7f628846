package io.tenon.cluster;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.RefusedException;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerEndpoint;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.wire.etcdserverpb.Member;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteResponse;
import io.tenon.wire.etcdserverpb.StatusResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What members ask one another about the cluster, to the letter as etcd answers it (reference: http, peer port). Any thread. */
@Component(service = PeerEndpoint.class)
public final class ClusterEndpoint implements PeerEndpoint {
    static final String MEMBERS = "/members";
    static final String DOWNGRADE_ENABLED = "/downgrade/enabled";
    private static final List<String> PATHS = List.of(MEMBERS, PromotionCall.PATH, VersionPoll.PATH, DOWNGRADE_ENABLED);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NO_SUCH_METHOD = 405;
    private static final int PRECONDITION_FAILED = 412;
    private static final int FAILED = 500;
    private static final String JSON = "application/json";
    private static final String BEARER = "Bearer ";
    private static final String INTERNAL_ERROR = "{\"message\":\"Internal Server Error\"}";

    private final Compat compat;
    private final Proposals proposals;
    private final Cluster cluster;
    private final Maintenance maintenance;

    @Activate
    public ClusterEndpoint(@Reference NodeConfig config, @Reference(target = Slot.TARGET) Proposals proposals,
                           @Reference(target = Slot.TARGET) Cluster cluster, @Reference(target = Slot.TARGET) Maintenance maintenance) {
        compat = config.compat();
        this.proposals = proposals;
        this.cluster = cluster;
        this.maintenance = maintenance;
    }

    @Override
    public List<String> paths() {
        return PATHS;
    }

    /** No request has one that matters. */
    @Override
    public int mostBodyBytes() {
        return 1 << 10;
    }

    @Override
    public void handle(PeerRequest request, Reply<PeerAnswer> reply) {
        String method = request.path().startsWith(PromotionCall.PATH) ? "POST" : "GET";
        if (!request.method().equals(method)) {
            reply.accept(with(PeerAnswer.text(NO_SUCH_METHOD, "Method Not Allowed"), "Allow", method));
            return;
        }
        try {
            switch (request.path()) {
                case MEMBERS -> members(reply);
                case VersionPoll.PATH -> version(reply);
                case DOWNGRADE_ENABLED -> downgradeEnabled(reply);
                default -> promote(request, reply);
            }
        } catch (RefusedException notRunning) {
            reply.refuse(notRunning.refusal());
        }
    }

    private void members(Reply<PeerAnswer> reply) {
        String clusterId = clusterId();
        cluster.memberList(MemberListRequest.getDefaultInstance(), new CallContext(Runnable::run, ""),
                Messages.<MemberListResponse, PeerAnswer>mapped(reply, list -> members(list.getMembersList(), clusterId)));
    }

    private static PeerAnswer members(List<Member> members, String clusterId) {
        String text = MembersJson.write(members.stream().map(Messages::toMember).toList());
        return ofCluster(PeerAnswer.of(OK, JSON, ByteString.copyFromUtf8(text)), clusterId);
    }

    private void version(Reply<PeerAnswer> reply) {
        String versions = "{\"etcdserver\":" + text(compat.serverVersion()) + ",\"etcdcluster\":" + text(cluster.clusterVersion().orElse("not_decided"));
        if (!compat.atLeast(Compat.V3_6)) {
            reply.accept(json(versions + "}"));
            return;
        }
        maintenance.status(new CallContext(Runnable::run, ""), new Reply<>() {

            @Override
            public void accept(StatusResponse status) {
                answer(status.getStorageVersion());
            }

            @Override
            public void refuse(Refusal refusal) {
                answer("");
            }

            private void answer(String storage) {
                reply.accept(json(versions + ",\"storage\":" + text(storage.isEmpty() ? "unknown" : storage) + "}"));
            }
        });
    }

    private static PeerAnswer json(String text) {
        return PeerAnswer.of(OK, JSON, ByteString.copyFromUtf8(text));
    }

    private static String text(String value) {
        return MemberJson.appendText(new StringBuilder(), value).toString();
    }

    private void downgradeEnabled(Reply<PeerAnswer> reply) {
        String clusterId = clusterId();
        proposals.awaitLinearizable(new Reply<>() {

            @Override
            public void accept(Long index) {
                String enabled = String.valueOf(cluster.downgradeInfo().getEnabled());
                reply.accept(ofCluster(PeerAnswer.of(OK, "text/plain", ByteString.copyFromUtf8(enabled)), clusterId));
            }

            @Override
            public void refuse(Refusal refusal) {
                reply.accept(ofCluster(PeerAnswer.text(FAILED, "failed linearized read"), clusterId));
            }
        });
    }

    private void promote(PeerRequest request, Reply<PeerAnswer> reply) {
        String clusterId = clusterId();
        String told = request.path().substring(PromotionCall.PATH.length());
        long id;
        try {
            id = Long.parseUnsignedLong(told);
        } catch (NumberFormatException none) {
            reply.accept(ofCluster(PeerAnswer.text(NOT_FOUND, "member " + told + " not found in cluster"), clusterId));
            return;
        }
        CallContext context = new CallContext(Runnable::run, token(request.header("Authorization")));
        cluster.memberPromote(MemberPromoteRequest.newBuilder().setID(id).build(), context, new Reply<>() {

            @Override
            public void accept(MemberPromoteResponse promoted) {
                reply.accept(members(promoted.getMembersList(), clusterId));
            }

            @Override
            public void refuse(Refusal refusal) {
                reply.accept(ofCluster(notPromoted(refusal), clusterId));
            }
        });
    }

    private static String token(String authorization) {
        return authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : authorization;
    }

    private static PeerAnswer notPromoted(Refusal refusal) {
        if (refusal.equals(Refusals.MEMBER_NOT_FOUND)) {
            return PeerAnswer.text(NOT_FOUND, PromotionCall.NOT_FOUND);
        }
        if (refusal.equals(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER)) {
            return PeerAnswer.text(PRECONDITION_FAILED, PromotionCall.NO_LEARNER);
        }
        if (refusal.equals(Refusals.CAN_ONLY_PROMOTE_A_LEARNER_MEMBER_WHICH_IS_IN_SYNC_WITH_LEADER)) {
            return PeerAnswer.text(PRECONDITION_FAILED, refusal.text());
        }
        return PeerAnswer.of(FAILED, JSON, ByteString.copyFromUtf8(INTERNAL_ERROR));
    }

    /** @throws RefusedException no node runs yet, which is said at once: members that begin together ask one another */
    private String clusterId() {
        return MemberIds.hex(proposals.header(0).getClusterId());
    }

    private static PeerAnswer ofCluster(PeerAnswer answer, String clusterId) {
        return with(answer, "X-Etcd-Cluster-Id", clusterId);
    }

    private static PeerAnswer with(PeerAnswer answer, String name, String value) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.put(name, value);
        return new PeerAnswer(answer.status(), Map.copyOf(headers), answer.body());
    }
}
