package io.tenon.spi.transport;

import io.tenon.api.Reply;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that a peer port answers beside Raft: members, version, leases, hashes. Bundles publish it as a service, and every transport with
 * a peer port serves those that are there. A path whose endpoint is away, between two versions of its bundle, is answered 503, which peers ask
 * again; one that never had an endpoint, and is none of etcd's, is answered 404 as Go's server does.
 */
@ConsumerType
public interface PeerEndpoint {

    /** Exact paths, or prefixes that end in {@code /}; the longest that matches wins. Fixed. */
    List<String> paths();

    /** Longest body it reads; more is answered 413. Fixed. */
    int mostBodyBytes();

    /** Answers one request; returns at once. On a thread of the transport; a refusal is answered 503 with its text. */
    void handle(PeerRequest request, Reply<PeerAnswer> reply);
}
