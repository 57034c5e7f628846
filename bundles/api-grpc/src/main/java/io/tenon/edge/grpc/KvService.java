package io.tenon.edge.grpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.tenon.api.Slot;
import io.tenon.api.kv.KeyValues;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.TxnRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code etcdserverpb.KV}. */
@Component(service = BindableService.class)
public final class KvService implements BindableService {
    private final Calls calls;
    private final KeyValues keyValues;

    @Activate
    public KvService(@Reference Calls calls, @Reference(target = Slot.TARGET) KeyValues keyValues) {
        this.calls = calls;
        this.keyValues = keyValues;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new Service(calls, "etcdserverpb.KV")
                .unary(new UnaryMethod<>("Range", RangeRequest.parser(), RangeOut::new, keyValues::range, RangeRequest::getSerializable))
                .unary(UnaryMethod.of("Put", PutRequest.parser(), keyValues::put))
                .unary(UnaryMethod.of("DeleteRange", DeleteRangeRequest.parser(), keyValues::deleteRange))
                .unary(UnaryMethod.of("Txn", TxnRequest.parser(), keyValues::txn))
                .unary(UnaryMethod.of("Compact", CompactionRequest.parser(), keyValues::compact))
                .build();
    }
}
