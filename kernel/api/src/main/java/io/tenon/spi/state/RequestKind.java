package io.tenon.spi.state;

/** The bodies a log entry may carry; named after the fields of InternalRaftRequest. */
public enum RequestKind {
    RANGE, PUT, DELETE_RANGE, TXN, COMPACTION, LEASE_GRANT, LEASE_REVOKE, LEASE_CHECKPOINT, ALARM, AUTH, CLUSTER_VERSION_SET,
    CLUSTER_MEMBER_ATTR_SET, DOWNGRADE_INFO_SET,
    /** A request of the v2 API, logged raw by etcd up to 3.5; given as field {@code v2}. */
    V2
}
