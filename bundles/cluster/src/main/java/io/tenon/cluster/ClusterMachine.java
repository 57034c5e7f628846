package io.tenon.cluster;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.MembershipChoice;
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
import io.tenon.wire.etcdserverpb.DowngradeInfo;
import io.tenon.wire.etcdserverpb.DowngradeRequest;
import io.tenon.wire.etcdserverpb.DowngradeResponse;
import io.tenon.wire.etcdserverpb.EmptyResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
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
import io.tenon.wire.etcdserverpb.Request;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
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
    private final Farewell farewell;
    private final MemberCalls calls;
    private final DowngradeCalls downgrades;
    /** Of the machines beside this one; set before the first entry is applied. */
    private Optional<Ports> ports = Optional.empty();

    @Activate
    public ClusterMachine(@Reference(target = Slot.TARGET) Proposals proposals, @Reference NodeConfig config,
                          @Reference Surroundings around) {
        this.proposals = proposals;
        state = new ClusterState(ClusterVersion.of(config.compat().serverVersion()), new ConfChangeRules(MembershipChoice.of(config.flags()).maxLearners()));
        announcer = new Announcer(proposals, around.calls(), config);
        farewell = new Farewell(around.control());
        calls = new MemberCalls(proposals, around, config, state::membership);
        downgrades = new DowngradeCalls(proposals, config, state::membership, () -> ports.orElseThrow().keyspace().revision());
    }

    /** Whoever waits here would wait in vain: the calls that go on are those of the log. */
    @Deactivate
    void end() {
        if (!proposals.onApplyLoop(this::refuseWaiting)) {
            // No node runs, so nobody else does anything here.
            refuseWaiting();
        }
    }

    private void refuseWaiting() {
        calls.promotions().end(Refusals.SERVER_STOPPED);
        downgrades.end(Refusals.SERVER_STOPPED);
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
                RequestKind.DOWNGRADE_INFO_SET);
    }

    /** Of bucket {@code meta} it writes one row, and of {@code auth} one until the bundle that owns it exists. */
    @Override
    public Set<Bucket> buckets() {
        return Set.of(Bucket.ALARM, Bucket.CLUSTER, Bucket.MEMBERS, Bucket.MEMBERS_REMOVED, Bucket.AUTH);
    }

    @Override
    public void restore(EngineView view, Ports others) {
        ports = Optional.of(others);
        farewell.restored();
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
            case RANGE, PUT, DELETE_RANGE, TXN, COMPACTION, LEASE_GRANT, LEASE_REVOKE, LEASE_CHECKPOINT, AUTH, V2 ->
                    throw new IllegalStateException("entry of kind " + kind + " given to cluster");
        };
    }

    private EmptyResponse apply(ApplyContext context, ClusterEntry entry) {
        state.apply(context, entry);
        return EmptyResponse.getDefaultInstance();
    }

    @Override
    public EmptyResponse applyV2(ApplyContext context, Request request) {
        return apply(context, ClusterEntry.of(request));
    }

    @Override
    public void tick(ApplyContext context, long nowNanos) {
        ResponseHeader header = context.header(0);
        announcer.tick(state.membership(), context.mark(), header, nowNanos);
        farewell.tick(state.membership(), header.getMemberId(), nowNanos);
        calls.promotions().tick(header.getMemberId(), context.mark().index(), nowNanos);
        downgrades.tick(nowNanos);
    }

    /** The rows, and whether this start has published: little enough to be read like a store. */
    @Override
    public Optional<Handover> handOver() {
        List<List<Object>> rows = state.rows().stream()
                .map(row -> List.<Object>of(row.bucket().bucketName(), row.key(), row.value())).toList();
        return Optional.of(new Handover(id(), HANDOVER_FORMAT, List.of(announcer.published(), rows)));
    }

    @Override
    public boolean takeOver(Handover handover, Ports others) {
        ports = Optional.of(others);
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
    public Outcome applyConfChange(ApplyContext context, ConfChange change) {
        if (!change.v1() && !change.steps().isEmpty()) {
            throw new UnsupportedEntryException("configuration change of several steps, which etcd never proposes: " + change.steps());
        }
        for (ConfChange.Step step : change.steps()) {
            Optional<Refusal> refusal = step.nodeId() == 0 ? Optional.empty() : state.apply(context, step, change.context());
            if (refusal.isPresent()) {
                return new Outcome(new ConfChange(change.v1(), change.id(), change.transition(),
                        List.of(new ConfChange.Step(step.kind(), 0)), change.context()), refusal);
            }
        }
        return new Outcome(change, Optional.empty());
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
        return ByteString.copyFromUtf8(V2StoreJson.write(state.membership(), ports.orElseThrow().v2()));
    }

    @Override
    public void memberList(MemberListRequest request, CallContext context, Reply<MemberListResponse> reply) {
        calls.list(request, reply);
    }

    @Override
    public void memberAdd(MemberAddRequest request, CallContext context, Reply<MemberAddResponse> reply) {
        calls.add(request, reply);
    }

    @Override
    public void memberRemove(MemberRemoveRequest request, CallContext context, Reply<MemberRemoveResponse> reply) {
        calls.remove(request, reply);
    }

    @Override
    public void memberUpdate(MemberUpdateRequest request, CallContext context, Reply<MemberUpdateResponse> reply) {
        calls.update(request, reply);
    }

    @Override
    public void memberPromote(MemberPromoteRequest request, CallContext context, Reply<MemberPromoteResponse> reply) {
        calls.promote(request, context.token(), reply);
    }

    @Override
    public void downgrade(DowngradeRequest request, CallContext context, Reply<DowngradeResponse> reply) {
        downgrades.call(request, reply);
    }

    @Override
    public Optional<String> clusterVersion() {
        return state.membership().clusterVersion().map(ClusterVersion::toString);
    }

    @Override
    public DowngradeInfo downgradeInfo() {
        Membership.Downgrade downgrade = state.membership().downgrade();
        return DowngradeInfo.newBuilder().setEnabled(downgrade.enabled()).setTargetVersion(downgrade.targetVersion()).build();
    }
}
