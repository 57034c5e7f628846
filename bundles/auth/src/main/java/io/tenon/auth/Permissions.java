package io.tenon.auth;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.authpb.User;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RequestHeader;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.List;

/**
 * Whether an entry may be applied for the user that its header names (reference: gRPC behaviour, auth). Exactly the requests are checked that etcd
 * checks when it applies them: one that it lets pass has to pass here too.
 */
final class Permissions {
    private final AuthState state;

    Permissions(AuthState state) {
        this.state = state;
    }

    /** @throws io.tenon.api.RefusedException the user may not do it; auth is on */
    void check(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        RequestHeader who = request.getHeader();
        switch (kind) {
            case RANGE -> check(who, request.getRange());
            case PUT -> check(context, who, request.getPut());
            case DELETE_RANGE -> check(who, request.getDeleteRange());
            case TXN -> check(context, who, request.getTxn());
            case LEASE_REVOKE -> checkKeysOf(context, who, request.getLeaseRevoke().getID());
            case AUTH -> checkAuth(who, request);
            case COMPACTION, LEASE_GRANT, LEASE_CHECKPOINT, ALARM, CLUSTER_VERSION_SET, CLUSTER_MEMBER_ATTR_SET, DOWNGRADE_INFO_SET, V2 -> {
                // Whoever proposed it has checked.
            }
        }
    }

    private void check(RequestHeader who, RangeRequest range) {
        checkRead(who, range.getKey(), range.getRangeEnd());
    }

    private void check(ApplyContext context, RequestHeader who, PutRequest put) {
        checkWrite(who, put.getKey(), ByteString.EMPTY);
        if (put.getLease() != 0) {
            checkKeysOf(context, who, put.getLease());
        }
        if (put.getPrevKv()) {
            checkRead(who, put.getKey(), ByteString.EMPTY);
        }
    }

    private void check(RequestHeader who, DeleteRangeRequest delete) {
        checkWrite(who, delete.getKey(), delete.getRangeEnd());
        if (delete.getPrevKv()) {
            checkRead(who, delete.getKey(), delete.getRangeEnd());
        }
    }

    private void check(ApplyContext context, RequestHeader who, TxnRequest txn) {
        for (Compare compare : txn.getCompareList()) {
            checkRead(who, compare.getKey(), compare.getRangeEnd());
        }
        check(context, who, txn.getSuccessList());
        check(context, who, txn.getFailureList());
    }

    private void check(ApplyContext context, RequestHeader who, List<RequestOp> operations) {
        for (RequestOp operation : operations) {
            switch (operation.getRequestCase()) {
                case REQUEST_RANGE -> check(who, operation.getRequestRange());
                case REQUEST_PUT -> check(context, who, operation.getRequestPut());
                case REQUEST_DELETE_RANGE -> check(who, operation.getRequestDeleteRange());
                case REQUEST_TXN -> check(context, who, operation.getRequestTxn());
                case REQUEST_NOT_SET -> {
                    // It is refused for what it is, not for who asks.
                }
            }
        }
    }

    /** Whoever ends a lease deletes its keys. */
    private void checkKeysOf(ApplyContext context, RequestHeader who, long lease) {
        for (ByteString key : context.ports().leases().keysOf(lease)) {
            checkWrite(who, key, ByteString.EMPTY);
        }
    }

    private void checkAuth(RequestHeader who, InternalRaftRequest request) {
        if (request.hasAuthenticate()) {
            return;
        }
        if (request.hasAuthUserGet() && !who.getUsername().isEmpty() && request.getAuthUserGet().getName().equals(who.getUsername())) {
            return;
        }
        if (request.hasAuthRoleGet() && holds(who.getUsername(), request.getAuthRoleGet().getRole())) {
            return;
        }
        checkAdmin(who);
    }

    private boolean holds(String user, String role) {
        return state.user(user).map(one -> one.getRolesList().contains(role)).orElse(false);
    }

    private void checkAdmin(RequestHeader who) {
        if (who.getUsername().isEmpty()) {
            throw Refusals.USER_NAME_IS_EMPTY.asException();
        }
        if (!state.isRoot(who.getUsername())) {
            throw Refusals.PERMISSION_DENIED.asException();
        }
    }

    private void checkRead(RequestHeader who, ByteString key, ByteString rangeEnd) {
        User user = user(who);
        if (!isRoot(user) && !state.access(user).read().covers(key, rangeEnd)) {
            throw Refusals.PERMISSION_DENIED.asException();
        }
    }

    private void checkWrite(RequestHeader who, ByteString key, ByteString rangeEnd) {
        User user = user(who);
        if (!isRoot(user) && !state.access(user).write().covers(key, rangeEnd)) {
            throw Refusals.PERMISSION_DENIED.asException();
        }
    }

    private static boolean isRoot(User user) {
        return user.getRolesList().contains(AuthState.ROOT);
    }

    /** A user that was checked against older permissions than there are has to be checked again. */
    private User user(RequestHeader who) {
        if (who.getAuthRevision() == 0) {
            throw Refusals.USER_NAME_IS_EMPTY.asException();
        }
        if (Long.compareUnsigned(who.getAuthRevision(), state.revision()) < 0) {
            throw Refusals.REVISION_OF_AUTH_STORE_IS_OLD.asException();
        }
        return state.user(who.getUsername()).orElseThrow(Refusals.PERMISSION_DENIED::asException);
    }
}
