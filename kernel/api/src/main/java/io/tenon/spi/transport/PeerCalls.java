package io.tenon.spi.transport;

import io.tenon.api.Reply;
import java.net.URI;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Small HTTP calls to peer ports, with the TLS settings of peers: what members ask one another beside Raft. Provided by a transport, which
 * offers it from its start, before the log is open; used through the kernel's slot. Any thread; never blocks.
 */
@ProviderType
public interface PeerCalls {

    /**
     * Sends a request to one address; nothing is repeated and redirects are not followed.
     *
     * @param base  a peer URL; the request's path follows it
     * @param limit of the whole call
     * @param reply accepts whatever the peer answered, error statuses too, on a thread of the transport; refuses when there was no answer,
     *              with a text that names the address and the cause
     */
    void call(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply);
}
