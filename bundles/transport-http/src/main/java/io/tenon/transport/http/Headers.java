package io.tenon.transport.http;

/** Names of headers as Go writes them on the wire, and ours, which Go ignores. */
final class Headers {
    static final String CLUSTER_ID = "X-Etcd-Cluster-Id";
    static final String MIN_CLUSTER_VERSION = "X-Min-Cluster-Version";
    static final String PEER_URLS = "X-Peerurls";
    static final String RAFT_TO = "X-Raft-To";
    static final String SERVER_FROM = "X-Server-From";
    static final String SERVER_VERSION = "X-Server-Version";
    /** On requests for streams and their answers, and on single messages: in which form this member wants snapshots. */
    static final String TENON_SNAPSHOT = "X-Tenon-Snapshot";
    /** On a snapshot: the form of the state after the message. */
    static final String TENON_FORM = "X-Tenon-Form";
    static final String CANONICAL = "canonical";

    private Headers() {
    }
}
