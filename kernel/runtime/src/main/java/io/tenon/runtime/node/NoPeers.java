package io.tenon.runtime.node;

import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.PeerTransport;
import java.util.List;

/** While no transport is deployed every message is dropped, which consensus must bear anyway. */
enum NoPeers implements PeerTransport {
    INSTANCE;

    @Override
    public void send(List<Message> messages) {
        // Dropping is what a transport may always do.
    }
}
