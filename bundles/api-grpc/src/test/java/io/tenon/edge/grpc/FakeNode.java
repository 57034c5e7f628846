package io.tenon.edge.grpc;

import io.tenon.api.CallContext;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.consensus.LeaderView;
import io.tenon.api.maintenance.DatabaseSnapshot;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.DefragmentResponse;
import io.tenon.wire.etcdserverpb.DowngradeInfo;
import io.tenon.wire.etcdserverpb.DowngradeRequest;
import io.tenon.wire.etcdserverpb.DowngradeResponse;
import io.tenon.wire.etcdserverpb.HashResponse;
import io.tenon.wire.etcdserverpb.Member;
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
import io.tenon.wire.etcdserverpb.StatusResponse;
import java.util.Optional;

/** The rest of a node: one member, a leader that can go away, and nothing wrong. */
final class FakeNode implements Cluster, Maintenance, LeaderView {
    volatile boolean leaderKnown = true;
    volatile boolean learner;
    volatile FakeSnapshot snapshot = new FakeSnapshot(0);
    volatile Optional<String> version = Optional.of("3.5.0");

    @Override
    public void memberList(MemberListRequest request, CallContext context, Reply<MemberListResponse> reply) {
        reply.accept(MemberListResponse.newBuilder()
                .addMembers(Member.newBuilder().setID(22).setName("one").addClientURLs("http://127.0.0.1:2379")).build());
    }

    @Override
    public Optional<String> clusterVersion() {
        return version;
    }

    @Override
    public void status(CallContext context, Reply<StatusResponse> reply) {
        reply.accept(StatusResponse.newBuilder().setHeader(FakeWatches.HEADER).setVersion("3.5.30").setLeader(22).build());
    }

    @Override
    public void alarm(AlarmRequest request, CallContext context, Reply<AlarmResponse> reply) {
        reply.accept(AlarmResponse.getDefaultInstance());
    }

    @Override
    public void hash(CallContext context, Reply<HashResponse> reply) {
        reply.accept(HashResponse.newBuilder().setHash(3).build());
    }

    @Override
    public void defragment(CallContext context, Reply<DefragmentResponse> reply) {
        reply.accept(DefragmentResponse.getDefaultInstance());
    }

    @Override
    public void snapshot(CallContext context, Reply<DatabaseSnapshot> reply) {
        reply.accept(snapshot);
    }

    @Override
    public boolean hasLeader() {
        return leaderKnown;
    }

    @Override
    public boolean isLearner() {
        return learner;
    }

    @Override
    public void memberAdd(MemberAddRequest request, CallContext context, Reply<MemberAddResponse> reply) {
        reply.accept(MemberAddResponse.getDefaultInstance());
    }

    @Override
    public void memberRemove(MemberRemoveRequest request, CallContext context, Reply<MemberRemoveResponse> reply) {
        reply.accept(MemberRemoveResponse.getDefaultInstance());
    }

    @Override
    public void memberUpdate(MemberUpdateRequest request, CallContext context, Reply<MemberUpdateResponse> reply) {
        reply.accept(MemberUpdateResponse.getDefaultInstance());
    }

    @Override
    public void memberPromote(MemberPromoteRequest request, CallContext context, Reply<MemberPromoteResponse> reply) {
        reply.accept(MemberPromoteResponse.getDefaultInstance());
    }

    @Override
    public void downgrade(DowngradeRequest request, CallContext context, Reply<DowngradeResponse> reply) {
        reply.accept(DowngradeResponse.newBuilder().setVersion("3.5.0").build());
    }

    @Override
    public DowngradeInfo downgradeInfo() {
        return DowngradeInfo.getDefaultInstance();
    }

    @Override
    public void moveLeader(MoveLeaderRequest request, CallContext context, Reply<MoveLeaderResponse> reply) {
        reply.refuse(Refusals.NOT_LEADER);
    }
}
