package io.tenon.runtime.slot;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.api.cluster.Cluster;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import java.util.Optional;

/** The slot of the members. The version is remembered while the provider is away: it never goes back by an update. */
final class ClusterSlot implements Cluster {
    final Parking<Cluster> parking = new Parking<>("the cluster service");
    private volatile Optional<String> lastVersion = Optional.empty();

    @Override
    public void memberList(MemberListRequest request, CallContext context, Reply<MemberListResponse> reply) {
        parking.call(cluster -> cluster.memberList(request, context, reply), reply);
    }

    @Override
    public Optional<String> clusterVersion() {
        Optional<Cluster> now = parking.provider();
        if (now.isPresent()) {
            lastVersion = now.get().clusterVersion();
        }
        return lastVersion;
    }
}
