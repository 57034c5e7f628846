package io.tenon.edge.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.HasByteBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads requests from the socket's buffers: each field is copied once, to where it stays. */
final class Incoming {
    /** Messages inside of messages. A transaction inside of another one is two levels, and etcd has no limit but --max-txn-ops for them. */
    private static final int MOST_LEVELS = 500;

    private Incoming() {
    }

    /**
     * Parses a message that lies whole in the stream. A message in one buffer is parsed in place; one in several is joined first.
     *
     * @throws InvalidProtocolBufferException when it is none
     */
    static <Q extends MessageLite> Q parse(Parser<Q> parser, InputStream stream) throws InvalidProtocolBufferException {
        try {
            int size = stream.available();
            CodedInputStream in = open(stream, size);
            in.setRecursionLimit(MOST_LEVELS);
            Q message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    private static CodedInputStream open(InputStream stream, int size) throws IOException {
        if (size > 0 && stream instanceof HasByteBuffer buffers && buffers.byteBufferSupported()) {
            ByteBuffer first = buffers.getByteBuffer();
            if (first.remaining() == size) {
                return CodedInputStream.newInstance(first);
            }
        }
        return CodedInputStream.newInstance(stream.readNBytes(size));
    }
}
