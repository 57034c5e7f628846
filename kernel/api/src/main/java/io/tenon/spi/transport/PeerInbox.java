package io.tenon.spi.transport;

import io.tenon.api.consensus.Message;
import java.io.IOException;
import java.io.InputStream;

/** Where transports bring what arrives from other members. Provided by the kernel as a slot; any thread. */
public interface PeerInbox {

    /** Takes a message that is no snapshot; returns at once. False when the queue is full, or no node runs yet, and it was dropped. */
    boolean receive(Message message);

    /**
     * Takes a snapshot: its message, and the state as the canonical export. Blocks until all of it was read, checked and saved; then the
     * message goes the way of others.
     *
     * @param export read to its end; the caller closes it
     * @throws IOException it did not arrive whole, or another one is being received, or it cannot be saved: nothing was taken
     */
    void receiveSnapshot(Message message, InputStream export) throws IOException;

    /**
     * Takes a snapshot whose state comes as etcd's database file, from a peer that is Go etcd. Otherwise as {@link #receiveSnapshot}.
     *
     * @param database read to its end; the caller closes it
     */
    void receiveDatabase(Message message, InputStream database) throws IOException;

    /** Messages to this member cannot be delivered at the moment; told when that begins and again when messages are lost later. */
    void unreachable(long member);
}
