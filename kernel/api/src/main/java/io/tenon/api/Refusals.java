package io.tenon.api;

/**
 * etcd's errors: each text with the gRPC code it arrives with. Two of them (too many requests, not enough started members) arrive as
 * Unknown on the wire in every version of etcd, so they do here.
 */
public final class Refusals {
    public static final Refusal EMPTY_KEY = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: key is not provided");
    public static final Refusal KEY_NOT_FOUND = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: key not found");
    public static final Refusal VALUE_PROVIDED = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: value is provided");
    public static final Refusal LEASE_PROVIDED = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: lease is provided");
    public static final Refusal TOO_MANY_OPS = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: too many operations in txn request");
    public static final Refusal DUPLICATE_KEY = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: duplicate key given in txn request");
    public static final Refusal COMPACTED = Refusal.of(StatusCode.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted");
    public static final Refusal FUTURE_REVISION =
            Refusal.of(StatusCode.OUT_OF_RANGE, "etcdserver: mvcc: required revision is a future revision");
    public static final Refusal NO_SPACE = Refusal.of(StatusCode.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded");
    public static final Refusal LEASE_NOT_FOUND = Refusal.of(StatusCode.NOT_FOUND, "etcdserver: requested lease not found");
    public static final Refusal LEASE_EXISTS = Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: lease already exists");
    public static final Refusal LEASE_TTL_TOO_LARGE = Refusal.of(StatusCode.OUT_OF_RANGE, "etcdserver: too large lease TTL");
    public static final Refusal WATCH_CANCELED = Refusal.of(StatusCode.CANCELLED, "etcdserver: watch canceled");
    public static final Refusal MEMBER_ID_ALREADY_EXIST = Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: member ID already exist");
    public static final Refusal PEER_URLS_ALREADY_EXISTS =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: Peer URLs already exists");
    public static final Refusal NOT_ENOUGH_STARTED_MEMBERS =
            Refusal.of(StatusCode.UNKNOWN, "etcdserver: re-configuration failed due to not enough started members");
    public static final Refusal GIVEN_MEMBER_URLS_ARE_INVALID =
            Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: given member URLs are invalid");
    public static final Refusal MEMBER_NOT_FOUND = Refusal.of(StatusCode.NOT_FOUND, "etcdserver: member not found");
    public static final Refusal CAN_ONLY_PROMOTE_A_LEARNER_MEMBER =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: can only promote a learner member");
    public static final Refusal CAN_ONLY_PROMOTE_A_LEARNER_MEMBER_WHICH_IS_IN_SYNC_WITH_LEADER =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: can only promote a learner member which is in sync with leader");
    public static final Refusal TOO_MANY_LEARNER_MEMBERS_IN_CLUSTER =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: too many learner members in cluster");
    public static final Refusal CLUSTER_ID_MISMATCH = Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: cluster ID mismatch");
    public static final Refusal REQUEST_IS_TOO_LARGE = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: request is too large");
    public static final Refusal TOO_MANY_REQUESTS = Refusal.of(StatusCode.UNKNOWN, "etcdserver: too many requests");
    public static final Refusal ROOT_USER_DOES_NOT_EXIST =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: root user does not exist");
    public static final Refusal ROOT_USER_DOES_NOT_HAVE_ROOT_ROLE =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: root user does not have root role");
    public static final Refusal USER_NAME_ALREADY_EXISTS =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: user name already exists");
    public static final Refusal USER_NAME_IS_EMPTY = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: user name is empty");
    public static final Refusal USER_NAME_NOT_FOUND = Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: user name not found");
    public static final Refusal ROLE_NAME_ALREADY_EXISTS =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: role name already exists");
    public static final Refusal ROLE_NAME_NOT_FOUND = Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: role name not found");
    public static final Refusal ROLE_NAME_IS_EMPTY = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: role name is empty");
    public static final Refusal AUTHENTICATION_FAILED_INVALID_USER_ID_OR_PASSWORD =
            Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: authentication failed, invalid user ID or password");
    public static final Refusal PERMISSION_NOT_GIVEN = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: permission not given");
    public static final Refusal PERMISSION_DENIED = Refusal.of(StatusCode.PERMISSION_DENIED, "etcdserver: permission denied");
    public static final Refusal ROLE_IS_NOT_GRANTED_TO_THE_USER =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: role is not granted to the user");
    public static final Refusal PERMISSION_IS_NOT_GRANTED_TO_THE_ROLE =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: permission is not granted to the role");
    public static final Refusal AUTHENTICATION_IS_NOT_ENABLED =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: authentication is not enabled");
    public static final Refusal INVALID_AUTH_TOKEN = Refusal.of(StatusCode.UNAUTHENTICATED, "etcdserver: invalid auth token");
    public static final Refusal INVALID_AUTH_MANAGEMENT = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid auth management");
    public static final Refusal REVISION_OF_AUTH_STORE_IS_OLD =
            Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: revision of auth store is old");
    public static final Refusal NO_LEADER = Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: no leader");
    public static final Refusal NOT_LEADER = Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: not leader");
    public static final Refusal LEADER_CHANGED = Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: leader changed");
    public static final Refusal NOT_CAPABLE =
            new Refusal(StatusCode.UNAVAILABLE, StatusCode.FAILED_PRECONDITION, "etcdserver: not capable");
    public static final Refusal SERVER_STOPPED = Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: server stopped");
    public static final Refusal REQUEST_TIMED_OUT = Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: request timed out");
    public static final Refusal REQUEST_TIMED_OUT_POSSIBLY_DUE_TO_PREVIOUS_LEADER_FAILURE =
            Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: request timed out, possibly due to previous leader failure");
    public static final Refusal REQUEST_TIMED_OUT_POSSIBLY_DUE_TO_CONNECTION_LOST =
            Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: request timed out, possibly due to connection lost");
    public static final Refusal REQUEST_TIMED_OUT_WAITING_FOR_THE_APPLIED_INDEX_TOOK_TOO_LONG =
            Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: request timed out, waiting for the applied index took too long");
    public static final Refusal UNHEALTHY_CLUSTER = Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: unhealthy cluster");
    public static final Refusal CORRUPT_CLUSTER = Refusal.of(StatusCode.DATA_LOSS, "etcdserver: corrupt cluster");
    public static final Refusal RPC_NOT_SUPPORTED_FOR_LEARNER =
            new Refusal(StatusCode.UNAVAILABLE, StatusCode.FAILED_PRECONDITION, "etcdserver: rpc not supported for learner");
    public static final Refusal BAD_LEADER_TRANSFEREE = Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: bad leader transferee");
    public static final Refusal CLUSTER_VERSION_NOT_FOUND_DURING_DOWNGRADE =
            new Refusal(StatusCode.UNAVAILABLE, StatusCode.FAILED_PRECONDITION, "etcdserver: cluster version not found during downgrade");
    public static final Refusal WRONG_DOWNGRADE_TARGET_VERSION_FORMAT =
            Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: wrong downgrade target version format");
    public static final Refusal INVALID_DOWNGRADE_TARGET_VERSION =
            Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid downgrade target version");
    public static final Refusal CLUSTER_HAS_A_DOWNGRADE_JOB_IN_PROGRESS =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: cluster has a downgrade job in progress");
    public static final Refusal NO_INFLIGHT_DOWNGRADE_JOB =
            Refusal.of(StatusCode.FAILED_PRECONDITION, "etcdserver: no inflight downgrade job");
    public static final Refusal REQUEST_CANCELED = Refusal.of(StatusCode.CANCELLED, "etcdserver: request canceled");
    public static final Refusal CONTEXT_DEADLINE_EXCEEDED =
            Refusal.of(StatusCode.DEADLINE_EXCEEDED, "etcdserver: context deadline exceeded");
    public static final Refusal INVALID_CLIENT_API_VERSION =
            Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid client api version");
    public static final Refusal INVALID_SORT_OPTION = Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: invalid sort option");
    public static final Refusal UNKNOWN_METHOD = Refusal.of(StatusCode.UNKNOWN, "etcdserver: unknown method");

    private Refusals() {
    }
}
