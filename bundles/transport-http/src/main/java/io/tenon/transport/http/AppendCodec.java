package io.tenon.transport.http;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.spi.transport.MalformedMessageException;
import io.tenon.spi.transport.PeerMessages;
import io.tenon.wire.raftpb.Message.Builder;
import java.io.IOException;
import java.util.Optional;

/**
 * The second version of etcd's form for entries. Both ends remember term and index of the last entry; an append that goes on from there is sent
 * as its entries and the commit index alone.
 */
final class AppendCodec implements FrameCodec {
    private static final int LINK_HEARTBEAT = 0;
    private static final int ENTRIES = 1;
    private static final int MESSAGE = 2;
    /** What an entry without data counts, or their number alone could fill the heap. */
    private static final int ENTRY_BYTES = 512;

    private final long from;
    private final long to;
    private final Compat compat;
    private long term;
    private long index;

    AppendCodec(long from, long to, Compat compat) {
        this.from = from;
        this.to = to;
        this.compat = compat;
    }

    @Override
    public void encode(Message message, FrameBuffer buffer) {
        var wire = PeerMessages.toWire(message, compat);
        if (goesOn(message)) {
            buffer.putByte(ENTRIES);
            buffer.putLong(wire.getEntriesCount());
            wire.getEntriesList().forEach(buffer::putSized);
            buffer.putLong(message.commit());
            index += message.entries().size();
        } else {
            buffer.putByte(MESSAGE);
            buffer.putSized(wire);
            remember(message);
        }
    }

    /** Whether entries and commit index are all that the other end needs; what else a message may hold an append has none of. */
    private boolean goesOn(Message message) {
        return message.index() == index && message.logTerm() == term && message.term() == term && message.from() == from
                && message.to() == to && !message.reject() && message.rejectHint() == 0 && message.context().isEmpty();
    }

    private void remember(Message message) {
        term = message.term();
        index = message.entries().isEmpty() ? message.index() : message.entries().getLast().index();
    }

    @Override
    public void encodeLinkHeartbeat(FrameBuffer buffer) {
        buffer.putByte(LINK_HEARTBEAT);
    }

    @Override
    public Optional<Message> decode(FrameInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case LINK_HEARTBEAT -> Optional.empty();
            case ENTRIES -> Optional.of(decodeEntries(in));
            case MESSAGE -> Optional.of(decodeMessage(in));
            default -> throw new MalformedMessageException("a frame of kind " + kind);
        };
    }

    private Message decodeEntries(FrameInput in) throws IOException {
        long count = in.readLong();
        long left = FrameInput.MOST_FRAME_BYTES;
        Builder wire = io.tenon.wire.raftpb.Message.newBuilder().setType(io.tenon.wire.raftpb.MessageType.MsgApp).setFrom(from).setTo(to)
                .setTerm(term).setLogTerm(term).setIndex(index);
        for (long i = 0; i != count; i++) {
            byte[] entry = in.readSized(left);
            left -= entry.length + ENTRY_BYTES;
            if (left < 0) {
                throw new FrameTooLongException(FrameInput.MOST_FRAME_BYTES - left, FrameInput.MOST_FRAME_BYTES);
            }
            wire.addEntries(entry(entry));
        }
        Message message = PeerMessages.fromWire(wire.setCommit(in.readLong()).build());
        index += message.entries().size();
        return message;
    }

    /** Its data is not copied out of these bytes: they hold nothing else, and nobody changes them. */
    private static io.tenon.wire.raftpb.Entry entry(byte[] bytes) throws IOException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        in.enableAliasing(true);
        try {
            return io.tenon.wire.raftpb.Entry.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException(e.getMessage());
        }
    }

    private Message decodeMessage(FrameInput in) throws IOException {
        Message message = PeerMessages.decode(UnsafeByteOperations.unsafeWrap(in.readSized(FrameInput.MOST_FRAME_BYTES)));
        if (message.type() != MessageType.APPEND) {
            throw new MalformedMessageException(message.type() + " on the stream of entries");
        }
        remember(message);
        return message;
    }
}
