package io.tenon.transport.http;

import io.tenon.api.config.Compat;
import io.tenon.spi.transport.LocalMember;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Who this member says it is in its requests and answers.
 *
 * @param peerUrls where its peers find it, parted by commas
 */
record Identity(LocalMember member, Compat compat, String peerUrls) {
    static final String MIN_CLUSTER_VERSION = "3.0.0";

    long id() {
        return member.memberId();
    }

    String hex() {
        return hex(member.memberId());
    }

    String clusterHex() {
        return hex(member.clusterId());
    }

    String version() {
        return compat.serverVersion();
    }

    static String hex(long id) {
        return Long.toHexString(id);
    }

    /** Of every request below {@code /raft}; in the order in which Go writes them. */
    SequencedMap<String, String> requestHeaders() {
        SequencedMap<String, String> headers = new LinkedHashMap<>();
        headers.put(Headers.CLUSTER_ID, clusterHex());
        headers.put(Headers.MIN_CLUSTER_VERSION, MIN_CLUSTER_VERSION);
        headers.put(Headers.PEER_URLS, peerUrls);
        headers.put(Headers.SERVER_FROM, hex());
        headers.put(Headers.SERVER_VERSION, version());
        return headers;
    }

    /** Of a request for the stream of this member. */
    SequencedMap<String, String> streamHeaders(long to) {
        SequencedMap<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : requestHeaders().entrySet()) {
            if (header.getKey().equals(Headers.SERVER_FROM)) {
                headers.put(Headers.RAFT_TO, hex(to));
            }
            headers.put(header.getKey(), header.getValue());
        }
        headers.put(Headers.TENON_SNAPSHOT, Headers.CANONICAL);
        return headers;
    }
}
