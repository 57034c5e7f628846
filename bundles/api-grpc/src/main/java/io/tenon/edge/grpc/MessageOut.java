package io.tenon.edge.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;

/** A response that is a message already. */
final class MessageOut extends Outgoing {
    private final MessageLite message;

    MessageOut(MessageLite message) {
        this.message = message;
    }

    @Override
    int sizeBytes() {
        return message.getSerializedSize();
    }

    @Override
    void writeTo(CodedOutputStream out) throws IOException {
        message.writeTo(out);
    }
}
