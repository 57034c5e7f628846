package io.tenon.runtime.apply;

import io.tenon.api.Refusals;
import io.tenon.spi.state.AlarmPort;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;

/** What active alarms forbid when an entry is applied; the same on every member, because alarms are replicated. */
final class AlarmGate {

    private AlarmGate() {
    }

    /** @throws io.tenon.api.RefusedException an alarm forbids it */
    static void check(AlarmPort alarms, RequestKind kind, InternalRaftRequest request) {
        if (alarms.active(AlarmType.CORRUPT) && changesData(kind)) {
            throw Refusals.CORRUPT_CLUSTER.asException();
        }
        if (alarms.active(AlarmType.NOSPACE) && RequestCost.of(kind, request) > 0) {
            throw Refusals.NO_SPACE.asException();
        }
    }

    private static boolean changesData(RequestKind kind) {
        return switch (kind) {
            case RANGE, PUT, DELETE_RANGE, TXN, COMPACTION, LEASE_GRANT, LEASE_REVOKE -> true;
            case LEASE_CHECKPOINT, ALARM, AUTH, CLUSTER_VERSION_SET, CLUSTER_MEMBER_ATTR_SET, DOWNGRADE_INFO_SET, V2 -> false;
        };
    }
}
