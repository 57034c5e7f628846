package io.tenon.edge.json;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.LeaderView;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.kv.RangeResult;
import io.tenon.api.maintenance.DatabaseSnapshot;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import io.tenon.wire.etcdserverpb.DefragmentResponse;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.DowngradeInfo;
import io.tenon.wire.etcdserverpb.DowngradeRequest;
import io.tenon.wire.etcdserverpb.DowngradeResponse;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.HashResponse;
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
import io.tenon.wire.etcdserverpb.MoveLeaderRequest;
import io.tenon.wire.etcdserverpb.MoveLeaderResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.StatusResponse;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node whose health the test decides; it is asked for nothing that changes it. */
final class FakeNode implements Cluster, Maintenance, KeyValues, LeaderView {
    volatile Optional<String> version = Optional.of("3.5.0");
    volatile List<AlarmType> alarms = List.of();
    volatile boolean leaderKnown = true;
    /** What ranges and the status are refused with. */
    volatile Optional<Refusal> refusal = Optional.empty();

    static NodeConfig config(Compat compat) {
        return new NodeConfig("one", Path.of("unused"), Optional.empty(), new NodeConfig.Urls(List.of(), List.of(), List.of(), List.of()),
                new NodeConfig.Bootstrap(Map.of(), NodeConfig.Bootstrap.State.NEW, "token"),
                new NodeConfig.Timing(Duration.ofMillis(10), Duration.ofMillis(100)),
                new NodeConfig.Limits(128, 1, 1, Duration.ofSeconds(5), Duration.ofHours(2), Duration.ofSeconds(20)),
                new NodeConfig.Storage("memory", Long.MAX_VALUE, 10, 10, Duration.ofMillis(100), 10, 0, true, 5, 5),
                new NodeConfig.Compaction(Duration.ZERO, 0, 10, Duration.ZERO),
                new NodeConfig.LeaseOptions(false, false, Duration.ofMinutes(5)), new NodeConfig.WatchOptions(Duration.ofMinutes(10)),
                compat, Map.of());
    }

    private <T> void answer(Reply<T> reply, T answer) {
        refusal.ifPresentOrElse(reply::refuse, () -> reply.accept(answer));
    }

    @Override
    public Optional<String> clusterVersion() {
        return version;
    }

    @Override
    public boolean hasLeader() {
        return leaderKnown;
    }

    @Override
    public boolean isLearner() {
        return false;
    }

    @Override
    public void status(CallContext context, Reply<StatusResponse> reply) {
        answer(reply, StatusResponse.newBuilder().setStorageVersion("3.6.0").build());
    }

    @Override
    public void alarm(AlarmRequest request, CallContext context, Reply<AlarmResponse> reply) {
        var answer = AlarmResponse.newBuilder();
        alarms.forEach(type -> answer.addAlarms(AlarmMember.newBuilder().setMemberID(5).setAlarm(type)));
        reply.accept(answer.build());
    }

    @Override
    public void range(RangeRequest request, CallContext context, Reply<RangeResult> reply) {
        answer(reply, new RangeResult(ResponseHeader.getDefaultInstance(), List.of(), false, 0));
    }

    @Override
    public void put(PutRequest request, CallContext context, Reply<PutResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, CallContext context, Reply<DeleteRangeResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void txn(TxnRequest request, CallContext context, Reply<TxnResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void compact(CompactionRequest request, CallContext context, Reply<CompactionResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void hashKv(HashKVRequest request, CallContext context, Reply<HashKVResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void hash(CallContext context, Reply<HashResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void defragment(CallContext context, Reply<DefragmentResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void snapshot(CallContext context, Reply<DatabaseSnapshot> reply) {
        throw new AssertionError("the gateway has no snapshots");
    }

    @Override
    public void memberList(MemberListRequest request, CallContext context, Reply<MemberListResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void memberAdd(MemberAddRequest request, CallContext context, Reply<MemberAddResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void memberRemove(MemberRemoveRequest request, CallContext context, Reply<MemberRemoveResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void memberUpdate(MemberUpdateRequest request, CallContext context, Reply<MemberUpdateResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void memberPromote(MemberPromoteRequest request, CallContext context, Reply<MemberPromoteResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void downgrade(DowngradeRequest request, CallContext context, Reply<DowngradeResponse> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DowngradeInfo downgradeInfo() {
        return DowngradeInfo.getDefaultInstance();
    }

    @Override
    public void moveLeader(MoveLeaderRequest request, CallContext context, Reply<MoveLeaderResponse> reply) {
        throw new UnsupportedOperationException();
    }
}
