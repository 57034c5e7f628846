package io.tenon.transport.http;

import io.tenon.api.config.Compat;
import io.tenon.api.consensus.Message;
import java.io.IOException;
import java.util.Optional;

/** How messages follow one another on one stream in one direction; it has a memory of its own. One thread. */
interface FrameCodec {

    /** Appends the frame of a message. */
    void encode(Message message, FrameBuffer buffer);

    /** Appends the frame that only says that the link is alive. */
    void encodeLinkHeartbeat(FrameBuffer buffer);

    /**
     * Reads one frame; empty when it only says that the link is alive.
     *
     * @throws IOException the stream ended, or holds something else
     */
    Optional<Message> decode(FrameInput in) throws IOException;

    /**
     * For a new stream.
     *
     * @param from whose messages it carries
     */
    static FrameCodec of(StreamType type, long from, long to, Compat compat) {
        return switch (type) {
            case APPEND -> new AppendCodec(from, to, compat);
            case MESSAGE -> new MessageCodec(compat);
        };
    }
}
