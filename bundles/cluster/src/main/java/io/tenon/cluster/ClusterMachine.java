package io.tenon.cluster;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.state.AlarmPort;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Handover;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.EmptyResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.Member;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The part of the replicated state that is about the cluster itself: members, versions, alarms. {@link StateMachine} and the ports are the
 * apply loop's; {@link Cluster} and what {@link AlarmPort} allows are any thread's.
 */
@Component(service = {StateMachine.class, Cluster.class}, immediate = true)
public final class ClusterMachine implements StateMachine, AlarmPort, MembershipPort, Cluster {
    private static final int HANDOVER_FORMAT = 1;
    private static final List<Bucket> STORED = List.of(Bucket.ALARM, Bucket.CLUSTER, Bucket.MEMBERS, Bucket.MEMBERS_REMOVED);

    private final Proposals proposals;
    private final ClusterState state;
    private final Announcer announcer;

    @Activate
    public ClusterMachine(@Reference(target = Slot.TARGET) Proposals proposals, @Reference NodeConfig config) {
        this.proposals = proposals;
        // 3.5 calls the flag experimental; without either it is etcd's fixed 1.
        String maxLearners = config.flags().getOrDefault("max-learners", config.flags().getOrDefault("experimental-max-learners", "1"));
        state = new ClusterState(ClusterVersion.of(config.compat().serverVersion()), new ConfChangeRules(Integer.parseInt(maxLearners)));
        announcer = new Announcer(proposals, config);
    }

    @Override
    public String id() {
        return "cluster";
    }

    @Override
    public int order() {
        return 10;
    }

    @Override
    public Set<RequestKind> kinds() {
        return Set.of(RequestKind.ALARM, RequestKind.CLUSTER_VERSION_SET, RequestKind.CLUSTER_MEMBER_ATTR_SET,
                RequestKind.DOWNGRADE_INFO_SET, RequestKind.V2);
    }

    /** Of bucket {@code meta} it writes one row, and of {@code auth} one until the bundle that owns it exists. */
    @Override
    public Set<Bucket> buckets() {
        return Set.of(Bucket.ALARM, Bucket.CLUSTER, Bucket.MEMBERS, Bucket.MEMBERS_REMOVED, Bucket.AUTH);
    }

    @Override
    public void restore(EngineView view, Ports ports) {
        state.clear();
        for (Bucket bucket : STORED) {
            view.scanVerified(bucket, (key, value) -> {
                state.load(new Row(bucket, key, value));
                return true;
            });
        }
        load(view, Bucket.META, Row.CONF_STATE_KEY);
        load(view, Bucket.AUTH, Row.FIRST_AUTH_REVISION.key());
        state.checkVersion();
    }

    private void load(EngineView view, Bucket bucket, byte[] key) {
        view.get(bucket, key).ifPresent(value -> state.load(new Row(bucket, key, value)));
    }

    @Override
    public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        return switch (kind) {
            case ALARM -> AlarmResponse.newBuilder().setHeader(context.header(context.ports().keyspace().revision()))
                    .addAllAlarms(state.alarms().apply(context, request.getAlarm())).build();
            case CLUSTER_VERSION_SET -> apply(context, ClusterEntry.of(request.getClusterVersionSet()));
            case CLUSTER_MEMBER_ATTR_SET -> apply(context, ClusterEntry.of(request.getClusterMemberAttrSet()));
            case DOWNGRADE_INFO_SET -> apply(context, ClusterEntry.of(request.getDowngradeInfoSet()));
            case V2 -> apply(context, ClusterEntry.of(request.getV2()));
            case RANGE, PUT, DELETE_RANGE, TXN, COMPACTION, LEASE_GRANT, LEASE_REVOKE, LEASE_CHECKPOINT, AUTH ->
                    throw new IllegalStateException("entry of kind " + kind + " given to cluster");
        };
    }

    private EmptyResponse apply(ApplyContext context, ClusterEntry entry) {
        state.apply(context, entry);
        return EmptyResponse.getDefaultInstance();
    }

    @Override
    public void tick(ApplyContext context, long nowNanos) {
        announcer.tick(state.membership(), nowNanos);
    }

    /** The rows, and whether this start has published: little enough to be read like a store. */
    @Override
    public Optional<Handover> handOver() {
        List<List<Object>> rows = state.rows().stream()
                .map(row -> List.<Object>of(row.bucket().bucketName(), row.key(), row.value())).toList();
        return Optional.of(new Handover(id(), HANDOVER_FORMAT, List.of(announcer.published(), rows)));
    }

    @Override
    public boolean takeOver(Handover handover, Ports ports) {
        if (handover.format() != HANDOVER_FORMAT || !(handover.content() instanceof List<?> content)
                || !(content.get(1) instanceof List<?> rows)) {
            return false;
        }
        state.clear();
        for (Object row : rows) {
            List<?> columns = (List<?>) row;
            Bucket bucket = Bucket.of((String) columns.get(0)).orElseThrow();
            state.load(new Row(bucket, (byte[]) columns.get(1), (byte[]) columns.get(2)));
        }
        if (Boolean.TRUE.equals(content.get(0))) {
            announcer.alreadyPublished();
        }
        return true;
    }

    @Override
    public boolean active(AlarmType type) {
        return state.alarms().active(type);
    }

    @Override
    public List<AlarmMember> alarms() {
        return state.alarms().all();
    }

    @Override
    public ConfChange applyConfChange(ApplyContext context, ConfChange change) {
        if (!change.v1() && !change.steps().isEmpty()) {
            throw new UnsupportedEntryException("configuration change of several steps, which etcd never proposes: " + change.steps());
        }
        for (ConfChange.Step step : change.steps()) {
            if (step.nodeId() != 0 && state.apply(context, step, change.context()).isPresent()) {
                return new ConfChange(change.v1(), change.id(), change.transition(), List.of(new ConfChange.Step(step.kind(), 0)),
                        change.context());
            }
        }
        return change;
    }

    @Override
    public void storeConfState(ApplyContext context, ConfState confState) {
        state.store(context, confState);
    }

    @Override
    public ConfState confState() {
        return state.membership().confState();
    }

    @Override
    public List<ClusterMember> members() {
        return state.membership().members();
    }

    @Override
    public Set<Long> removed() {
        return state.membership().removed();
    }

    @Override
    public ByteString snapshotData() {
        return ByteString.copyFromUtf8(V2StoreJson.write(state.membership()));
    }

    @Override
    public void memberList(MemberListRequest request, CallContext context, Reply<MemberListResponse> reply) {
        if (!request.getLinearizable()) {
            reply.accept(memberList());
            return;
        }
        proposals.awaitLinearizable(new Reply<>() {

            @Override
            public void accept(Long index) {
                reply.accept(memberList());
            }

            @Override
            public void refuse(Refusal refusal) {
                reply.refuse(refusal);
            }
        });
    }

    /** The header has no revision: etcd's Cluster service does not ask the keyspace. */
    private MemberListResponse memberList() {
        MemberListResponse.Builder list = MemberListResponse.newBuilder().setHeader(proposals.header(0));
        for (ClusterMember member : state.membership().members()) {
            list.addMembers(Member.newBuilder().setID(member.id()).setName(member.name()).addAllPeerURLs(member.peerUrls())
                    .addAllClientURLs(member.clientUrls()).setIsLearner(member.learner()));
        }
        return list.build();
    }

    @Override
    public Optional<String> clusterVersion() {
        return state.membership().clusterVersion().map(ClusterVersion::toString);
    }
}
