package io.tenon.runtime.proposal;

import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.Optional;

/** Which body a request carries. */
public final class RequestKinds {

    private RequestKinds() {
    }

    /** Empty when no body is set that this version knows. The most frequent bodies are asked for first. */
    public static Optional<RequestKind> of(InternalRaftRequest request) {
        if (request.hasPut()) {
            return Optional.of(RequestKind.PUT);
        }
        if (request.hasTxn()) {
            return Optional.of(RequestKind.TXN);
        }
        if (request.hasDeleteRange()) {
            return Optional.of(RequestKind.DELETE_RANGE);
        }
        if (request.hasLeaseGrant()) {
            return Optional.of(RequestKind.LEASE_GRANT);
        }
        if (request.hasLeaseRevoke()) {
            return Optional.of(RequestKind.LEASE_REVOKE);
        }
        return ofRare(request);
    }

    private static Optional<RequestKind> ofRare(InternalRaftRequest request) {
        RequestKind kind = null;
        if (request.hasRange()) {
            kind = RequestKind.RANGE;
        } else if (request.hasCompaction()) {
            kind = RequestKind.COMPACTION;
        } else if (request.hasLeaseCheckpoint()) {
            kind = RequestKind.LEASE_CHECKPOINT;
        } else if (request.hasAlarm()) {
            kind = RequestKind.ALARM;
        } else if (request.hasV2()) {
            kind = RequestKind.V2;
        } else if (request.hasClusterVersionSet()) {
            kind = RequestKind.CLUSTER_VERSION_SET;
        } else if (request.hasClusterMemberAttrSet()) {
            kind = RequestKind.CLUSTER_MEMBER_ATTR_SET;
        } else if (request.hasDowngradeInfoSet()) {
            kind = RequestKind.DOWNGRADE_INFO_SET;
        } else if (isAuth(request)) {
            kind = RequestKind.AUTH;
        }
        return Optional.ofNullable(kind);
    }

    private static boolean isAuth(InternalRaftRequest request) {
        return request.getAllFields().keySet().stream().anyMatch(field -> field.getName().startsWith("auth"));
    }
}
