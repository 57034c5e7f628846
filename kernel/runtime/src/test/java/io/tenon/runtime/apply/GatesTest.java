package io.tenon.runtime.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.tenon.api.RefusedException;
import io.tenon.api.Refusals;
import io.tenon.spi.state.AlarmPort;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GatesTest {
    private static final InternalRaftRequest EMPTY = InternalRaftRequest.getDefaultInstance();
    private static final Set<RequestKind> CHANGES = EnumSet.of(RequestKind.RANGE, RequestKind.PUT, RequestKind.DELETE_RANGE, RequestKind.TXN,
            RequestKind.COMPACTION, RequestKind.LEASE_GRANT, RequestKind.LEASE_REVOKE);

    private static InternalRaftRequest put(int valueBytes) {
        return InternalRaftRequest.newBuilder().setPut(putRequest(valueBytes)).build();
    }

    private static PutRequest putRequest(int valueBytes) {
        return PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("key")).setValue(ByteString.copyFrom(new byte[valueBytes])).build();
    }

    private static AlarmPort alarm(AlarmType raised) {
        return new AlarmPort() {
            @Override
            public boolean active(AlarmType type) {
                return type == raised;
            }

            @Override
            public List<AlarmMember> alarms() {
                return List.of();
            }
        };
    }

    @ParameterizedTest
    @EnumSource(RequestKind.class)
    void aCorruptClusterChangesNoData(RequestKind kind) {
        if (CHANGES.contains(kind)) {
            assertEquals(Refusals.CORRUPT_CLUSTER,
                    assertThrows(RefusedException.class, () -> AlarmGate.check(alarm(AlarmType.CORRUPT), kind, EMPTY)).refusal());
        } else {
            AlarmGate.check(alarm(AlarmType.CORRUPT), kind, EMPTY);
        }
    }

    @Test
    void withoutSpaceOnlyWhatGrowsTheStoreIsRefused() {
        AlarmPort noSpace = alarm(AlarmType.NOSPACE);
        assertThrows(RefusedException.class, () -> AlarmGate.check(noSpace, RequestKind.PUT, put(1)));
        assertThrows(RefusedException.class, () -> AlarmGate.check(noSpace, RequestKind.LEASE_GRANT, EMPTY));
        AlarmGate.check(noSpace, RequestKind.DELETE_RANGE, EMPTY);
        AlarmGate.check(noSpace, RequestKind.COMPACTION, EMPTY);
        AlarmGate.check(noSpace, RequestKind.TXN, EMPTY);
    }

    @Test
    void aTransactionCostsItsDearerBranchNestedOnesIncluded() {
        RequestOp small = RequestOp.newBuilder().setRequestPut(putRequest(10)).build();
        RequestOp nested = RequestOp.newBuilder().setRequestTxn(TxnRequest.newBuilder().addSuccess(small).addSuccess(small)).build();
        TxnRequest txn = TxnRequest.newBuilder().addSuccess(small).addFailure(nested).build();
        long put = RequestCost.of(RequestKind.PUT, put(10));
        assertEquals(256 + 3 + 10, put);
        assertEquals(2 * put, RequestCost.of(RequestKind.TXN, InternalRaftRequest.newBuilder().setTxn(txn).build()));
    }

    @Test
    void tooManyEntriesBehindRefuseProposals() {
        AtomicLong behind = new AtomicLong(LagGate.MOST_ENTRIES_BEHIND);
        LagGate gate = new LagGate(behind::get, (kind, request) -> Optional.empty());
        assertEquals(Optional.empty(), gate.check(RequestKind.PUT, put(1)));
        behind.incrementAndGet();
        assertEquals(Optional.of(Refusals.TOO_MANY_REQUESTS), gate.check(RequestKind.PUT, put(1)));
    }
}
