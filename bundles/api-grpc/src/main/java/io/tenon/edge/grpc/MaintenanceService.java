package io.tenon.edge.grpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.config.Compat;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.DefragmentRequest;
import io.tenon.wire.etcdserverpb.DowngradeRequest;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashRequest;
import io.tenon.wire.etcdserverpb.MoveLeaderRequest;
import io.tenon.wire.etcdserverpb.StatusRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code etcdserverpb.Maintenance}, as far as this node alone can answer. */
@Component(service = BindableService.class)
public final class MaintenanceService implements BindableService {
    private final Calls calls;
    private final Maintenance maintenance;
    private final KeyValues keyValues;
    private final Cluster cluster;
    private final SnapshotCall.Parts snapshots;

    @Activate
    public MaintenanceService(@Reference Calls calls, @Reference(target = Slot.TARGET) Maintenance maintenance,
                              @Reference(target = Slot.TARGET) KeyValues keyValues, @Reference(target = Slot.TARGET) Cluster cluster,
                              @Reference(target = Slot.TARGET) LoopHost host) {
        this.calls = calls;
        this.cluster = cluster;
        this.maintenance = maintenance;
        this.keyValues = keyValues;
        Compat compat = calls.config().compat();
        snapshots = new SnapshotCall.Parts(calls, maintenance, host, compat.atLeast(Compat.V3_6) ? compat.clusterVersion() : "");
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new Service(calls, "etcdserverpb.Maintenance")
                .unary(UnaryMethod.asking("Status", StatusRequest.parser(), maintenance::status).learnerMay(request -> true))
                .unary(UnaryMethod.of("Alarm", AlarmRequest.parser(), maintenance::alarm))
                .unary(UnaryMethod.asking("Hash", HashRequest.parser(), maintenance::hash))
                .unary(UnaryMethod.of("HashKV", HashKVRequest.parser(), keyValues::hashKv))
                .unary(UnaryMethod.asking("Defragment", DefragmentRequest.parser(), maintenance::defragment))
                .unary(UnaryMethod.of("MoveLeader", MoveLeaderRequest.parser(), maintenance::moveLeader))
                .unary(UnaryMethod.of("Downgrade", DowngradeRequest.parser(), cluster::downgrade))
                .serverStream("Snapshot", (call, headers) -> SnapshotCall.start(snapshots, call, headers))
                .build();
    }
}
