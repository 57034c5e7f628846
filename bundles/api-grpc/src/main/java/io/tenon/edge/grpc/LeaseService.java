package io.tenon.edge.grpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.tenon.api.Slot;
import io.tenon.api.lease.Leases;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseLeasesRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code etcdserverpb.Lease}. */
@Component(service = BindableService.class)
public final class LeaseService implements BindableService {
    private final Calls calls;
    private final Leases leases;

    @Activate
    public LeaseService(@Reference Calls calls, @Reference(target = Slot.TARGET) Leases leases) {
        this.calls = calls;
        this.leases = leases;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new Service(calls, "etcdserverpb.Lease")
                .unary(UnaryMethod.of("LeaseGrant", LeaseGrantRequest.parser(), leases::grant))
                .unary(UnaryMethod.of("LeaseRevoke", LeaseRevokeRequest.parser(), leases::revoke))
                .unary(UnaryMethod.of("LeaseTimeToLive", LeaseTimeToLiveRequest.parser(), leases::timeToLive))
                .unary(UnaryMethod.asking("LeaseLeases", LeaseLeasesRequest.parser(), leases::leases))
                .stream("LeaseKeepAlive", (call, headers) -> KeepAliveCall.start(calls, leases, call, headers))
                .build();
    }
}
