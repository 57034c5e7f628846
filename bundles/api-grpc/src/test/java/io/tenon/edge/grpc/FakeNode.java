package io.tenon.edge.grpc;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.consensus.LeaderView;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.DefragmentResponse;
import io.tenon.wire.etcdserverpb.HashResponse;
import io.tenon.wire.etcdserverpb.Member;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import io.tenon.wire.etcdserverpb.StatusResponse;
import java.util.Optional;

/** The rest of a node: one member, a leader that can go away, and nothing wrong. */
final class FakeNode implements Cluster, Maintenance, LeaderView {
    volatile boolean leaderKnown = true;
    volatile boolean learner;
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
    public boolean hasLeader() {
        return leaderKnown;
    }

    @Override
    public boolean isLearner() {
        return learner;
    }
}
