package io.tenon.runtime.slot;

import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.PeerInbox;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The way in for transports. Nothing is parked: consensus repeats what matters, so before there is a node everything is refused. */
final class PeerInboxSlot implements PeerInbox {
    private volatile Optional<PeerInbox> node = Optional.empty();

    void node(Optional<PeerInbox> now) {
        node = now;
    }

    @Override
    public boolean receive(Message message) {
        Optional<PeerInbox> now = node;
        return now.isPresent() && now.get().receive(message);
    }

    @Override
    public void receiveSnapshot(Message message, InputStream export) throws IOException {
        node.orElseThrow(() -> new IOException("no node runs yet")).receiveSnapshot(message, export);
    }

    @Override
    public void receiveDatabase(Message message, InputStream database) throws IOException {
        node.orElseThrow(() -> new IOException("no node runs yet")).receiveDatabase(message, database);
    }

    @Override
    public void unreachable(long member) {
        node.ifPresent(now -> now.unreachable(member));
    }
}
