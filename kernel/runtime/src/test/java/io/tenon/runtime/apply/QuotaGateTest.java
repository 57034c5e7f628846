package io.tenon.runtime.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuotaGateTest {
    private static final InternalRaftRequest PUT = InternalRaftRequest.newBuilder().setPut(PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))).build();
    private final List<Runnable> alarms = new ArrayList<>();
    private long storeBytes;
    private boolean active;
    private final QuotaGate gate = new QuotaGate(1000, () -> storeBytes, () -> active, alarms::add);

    @Test
    void whatGrowsTheStoreBeyondItsQuotaIsRefused() {
        storeBytes = 742;
        assertEquals(Optional.empty(), gate.check(RequestKind.PUT, PUT));
        storeBytes = 743;
        assertEquals(Optional.of(Refusals.NO_SPACE), gate.check(RequestKind.PUT, PUT));
        InternalRaftRequest delete = InternalRaftRequest.newBuilder().setDeleteRange(DeleteRangeRequest.getDefaultInstance()).build();
        assertEquals(Optional.empty(), gate.check(RequestKind.DELETE_RANGE, delete));
    }

    @Test
    void theAlarmIsRaisedOnceAndAgainAfterItWasTakenBack() {
        storeBytes = 5000;
        gate.check(RequestKind.PUT, PUT);
        gate.check(RequestKind.PUT, PUT);
        assertEquals(1, alarms.size());
        active = true;
        alarms.getFirst().run();
        gate.check(RequestKind.PUT, PUT);
        assertEquals(1, alarms.size());
        active = false;
        gate.check(RequestKind.PUT, PUT);
        assertEquals(2, alarms.size());
    }

    @Test
    void anAlarmThatCouldNotBeRaisedIsRaisedByTheNextRequest() {
        storeBytes = 5000;
        gate.check(RequestKind.PUT, PUT);
        alarms.getFirst().run();
        gate.check(RequestKind.PUT, PUT);
        assertEquals(2, alarms.size());
    }
}
