package io.tenon.edge.grpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code etcdserverpb.Cluster}, as far as members can be asked for. */
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
                .unary(UnaryMethod.of("MemberList", MemberListRequest.parser(), cluster::memberList))
                .build();
    }
}
