package io.tenon.testkit.transport;

import io.tenon.spi.transport.PeerInbox;
import io.tenon.spi.transport.PeerTransport;

/** Where the members of a test reach each other. Made for a set of members; each may be opened, closed and opened again. */
public interface PeerNetwork {

    /** Starts the transport of a member; it reaches the others as they are open. */
    Endpoint open(long member, PeerInbox inbox) throws Exception;

    /** A member's transport, and how it is stopped as a bundle that goes. */
    record Endpoint(PeerTransport transport, Runnable stop) {
    }
}
