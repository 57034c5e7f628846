package io.tenon.transport.http;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerInbox;

/** Brings messages of peers to the inbox, but for those that nobody here may see. Any thread. */
record Delivery(Identity identity, PeerBook book, PeerInbox inbox) {

    /** Whether this message is for this member and its sender is not removed. */
    boolean mayPass(Message message) {
        return message.to() == identity.id() && !isRemoved(message.from());
    }

    boolean isRemoved(long member) {
        return book.page().removed().contains(member);
    }

    /** False when it was dropped. A snapshot without its state, or anything else that a peer may not send this way, is dropped. */
    boolean deliver(Message message) {
        return mayPass(message) && message.type() != MessageType.SNAPSHOT && inbox.receive(message);
    }
}
