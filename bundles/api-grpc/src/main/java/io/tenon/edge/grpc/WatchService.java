package io.tenon.edge.grpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.tenon.api.Slot;
import io.tenon.api.watch.Watches;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code etcdserverpb.Watch}. */
@Component(service = BindableService.class)
public final class WatchService implements BindableService {
    private final Calls calls;
    private final Watches watches;

    @Activate
    public WatchService(@Reference Calls calls, @Reference(target = Slot.TARGET) Watches watches) {
        this.calls = calls;
        this.watches = watches;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new Service(calls, "etcdserverpb.Watch")
                .stream("Watch", (call, headers) -> WatchCall.start(calls, watches, call, headers))
                .build();
    }
}
