package io.tenon.spi.transport;

import io.tenon.api.consensus.Message;

/** Where messages from other members arrive. Any thread; returns at once. False when the queue is full and the message was dropped. */
public interface PeerInbox {

    boolean receive(Message message);
}
