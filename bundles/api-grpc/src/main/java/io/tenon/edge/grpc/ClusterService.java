package io.tenon.edge.grpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.wire.etcdserverpb.MemberAddRequest;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberRemoveRequest;
import io.tenon.wire.etcdserverpb.MemberUpdateRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code etcdserverpb.Cluster}. */
@Component(service = BindableService.class)
public final class ClusterService implements BindableService {
    private final Calls calls;
    private final Cluster cluster;

    @Activate
    public ClusterService(@Reference Calls calls, @Reference(target = Slot.TARGET) Cluster cluster) {
        this.calls = calls;
        this.cluster = cluster;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new Service(calls, "etcdserverpb.Cluster")
                .unary(UnaryMethod.of("MemberAdd", MemberAddRequest.parser(), cluster::memberAdd))
                .unary(UnaryMethod.of("MemberRemove", MemberRemoveRequest.parser(), cluster::memberRemove))
                .unary(UnaryMethod.of("MemberUpdate", MemberUpdateRequest.parser(), cluster::memberUpdate))
                .unary(UnaryMethod.of("MemberList", MemberListRequest.parser(), cluster::memberList))
                .unary(UnaryMethod.of("MemberPromote", MemberPromoteRequest.parser(), cluster::memberPromote))
                .build();
    }
}
