package io.tenon.spi.consensus;

import io.tenon.api.consensus.Message;
import java.util.List;

/**
 * Where messages to other members go. Called on the raft loop; returns at once, never throws, and may drop: consensus repeats what matters.
 * Provided by the kernel.
 */
public interface MessageSink {

    /**
     * Messages in the order in which they are to be sent. One with a snapshot says no more than that the member needs one: the kernel adds
     * the state, takes the newest there is, and tells {@link io.tenon.api.consensus.Consensus#snapshotSent} what became of it.
     */
    void send(List<Message> messages);
}
