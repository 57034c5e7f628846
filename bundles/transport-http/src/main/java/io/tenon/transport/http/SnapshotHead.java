package io.tenon.transport.http;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.MalformedMessageException;
import io.tenon.spi.transport.PeerMessages;
import io.tenon.wire.raftpb.MessageType;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** The part of a snapshot's body before the state: a length and the message. */
final class SnapshotHead {
    /** The longest message. */
    static final long MOST_BYTES = 64L << 20;

    private SnapshotHead() {
    }

    /** It is not what it should be; the message is the text of etcd's answer. */
    static final class BadHeadException extends IOException {
        private static final long serialVersionUID = 1L;

        BadHeadException(String message) {
            super(message);
        }

        static BadHeadException undecodable(String why) {
            return new BadHeadException("failed to decode raft message (" + why + ")");
        }
    }

    static Message read(InputStream body) throws IOException {
        byte[] prefix = body.readNBytes(Long.BYTES);
        if (prefix.length < Long.BYTES) {
            throw BadHeadException.undecodable(prefix.length == 0 ? "EOF" : "unexpected EOF");
        }
        FrameInput whole = new FrameInput(new SequenceInputStream(new ByteArrayInputStream(prefix), body));
        try {
            return message(whole.readSized(MOST_BYTES));
        } catch (FrameTooLongException e) {
            throw BadHeadException.undecodable("rafthttp: error limit exceeded");
        } catch (EOFException | InvalidProtocolBufferException e) {
            throw BadHeadException.undecodable("unexpected EOF");
        }
    }

    private static Message message(byte[] bytes) throws IOException {
        var wire = io.tenon.wire.raftpb.Message.parseFrom(bytes);
        if (wire.getType() != MessageType.MsgSnap) {
            throw new BadHeadException("wrong raft message type");
        }
        try {
            return PeerMessages.fromWire(wire);
        } catch (MalformedMessageException e) {
            throw BadHeadException.undecodable(e.getMessage());
        }
    }
}
