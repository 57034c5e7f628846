package io.tenon.transport.http;

import io.tenon.api.consensus.MessageType;
import java.util.Optional;

/** The two streams from each member to each other one: bulk never holds up a heartbeat or a vote. */
enum StreamType {
    /** Entries alone. */
    APPEND("msgapp"),
    /** All other messages. */
    MESSAGE("message");

    static final String PREFIX = "/raft/stream/";

    private final String segment;

    StreamType(String segment) {
        this.segment = segment;
    }

    static StreamType of(MessageType type) {
        return type == MessageType.APPEND ? APPEND : MESSAGE;
    }

    /** @param segment of the path after {@link #PREFIX} */
    static Optional<StreamType> of(String segment) {
        for (StreamType type : values()) {
            if (type.segment.equals(segment)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    String segment() {
        return segment;
    }

    /** What a member asks another for to receive its messages. */
    String path(String receiverHex) {
        return PREFIX + segment + "/" + receiverHex;
    }
}
