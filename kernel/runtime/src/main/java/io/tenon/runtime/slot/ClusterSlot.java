package io.tenon.runtime.slot;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.api.cluster.Cluster;
import io.tenon.wire.etcdserverpb.DowngradeInfo;
import io.tenon.wire.etcdserverpb.DowngradeRequest;
import io.tenon.wire.etcdserverpb.DowngradeResponse;
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
import java.util.Optional;

/** The slot of the members. Versions are remembered while the provider is away: they never go back by an update. */
final class ClusterSlot implements Cluster {
    final Parking<Cluster> parking = new Parking<>("the cluster service");
    private volatile Optional<String> lastVersion = Optional.empty();
    private volatile DowngradeInfo lastDowngrade = DowngradeInfo.getDefaultInstance();

    @Override
    public void memberList(MemberListRequest request, CallContext context, Reply<MemberListResponse> reply) {
        parking.call(cluster -> cluster.memberList(request, context, reply), reply);
    }

    @Override
    public void memberAdd(MemberAddRequest request, CallContext context, Reply<MemberAddResponse> reply) {
        parking.call(cluster -> cluster.memberAdd(request, context, reply), reply);
    }

    @Override
    public void memberRemove(MemberRemoveRequest request, CallContext context, Reply<MemberRemoveResponse> reply) {
        parking.call(cluster -> cluster.memberRemove(request, context, reply), reply);
    }

    @Override
    public void memberUpdate(MemberUpdateRequest request, CallContext context, Reply<MemberUpdateResponse> reply) {
        parking.call(cluster -> cluster.memberUpdate(request, context, reply), reply);
    }

    @Override
    public void memberPromote(MemberPromoteRequest request, CallContext context, Reply<MemberPromoteResponse> reply) {
        parking.call(cluster -> cluster.memberPromote(request, context, reply), reply);
    }

    @Override
    public void downgrade(DowngradeRequest request, CallContext context, Reply<DowngradeResponse> reply) {
        parking.call(cluster -> cluster.downgrade(request, context, reply), reply);
    }

    @Override
    public Optional<String> clusterVersion() {
        parking.provider().ifPresent(now -> lastVersion = now.clusterVersion());
        return lastVersion;
    }

    @Override
    public DowngradeInfo downgradeInfo() {
        parking.provider().ifPresent(now -> lastDowngrade = now.downgradeInfo());
        return lastDowngrade;
    }
}
