package io.tenon.transport.http;

import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.spi.transport.PeerMessages;
import java.io.IOException;
import java.util.Optional;

/** Each frame is a length and a message; a heartbeat from nobody to nobody is the link's. */
final class MessageCodec implements FrameCodec {
    private static final Message LINK_HEARTBEAT = Message.of(MessageType.HEARTBEAT, 0, 0, 0);

    private final Compat compat;

    MessageCodec(Compat compat) {
        this.compat = compat;
    }

    @Override
    public void encode(Message message, FrameBuffer buffer) {
        buffer.putSized(PeerMessages.toWire(message, compat));
    }

    @Override
    public void encodeLinkHeartbeat(FrameBuffer buffer) {
        encode(LINK_HEARTBEAT, buffer);
    }

    @Override
    public Optional<Message> decode(FrameInput in) throws IOException {
        Message message = PeerMessages.decode(UnsafeByteOperations.unsafeWrap(in.readSized(FrameInput.MOST_FRAME_BYTES)));
        boolean link = message.type() == MessageType.HEARTBEAT && message.from() == 0 && message.to() == 0;
        return link ? Optional.empty() : Optional.of(message);
    }
}
