package io.tenon.spi.transport;

import com.google.protobuf.ByteString;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.wire.raftpb.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * Between the contracts' messages and etcd's raftpb. What is written has the fields that etcd of the same version writes: up to 3.6 those that
 * are zero too, from 3.7 on only others. What is read may have any of these forms. Any thread.
 */
public final class PeerMessages {
    private static final int ENTRY_TYPE_FIELD = 1;

    private PeerMessages() {
    }

    /** @param compat the etcd that this member is */
    public static io.tenon.wire.raftpb.Message toWire(Message message, Compat compat) {
        var wire = compat.atLeast(Compat.V3_7) ? sparse(message) : full(message, compat);
        for (Entry entry : message.entries()) {
            wire.addEntries(toWire(entry, compat));
        }
        if (!message.context().isEmpty()) {
            wire.setContext(message.context());
        }
        return wire.build();
    }

    private static io.tenon.wire.raftpb.Message.Builder full(Message message, Compat compat) {
        var wire = io.tenon.wire.raftpb.Message.newBuilder().setType(typeToWire(message.type())).setTo(message.to()).setFrom(message.from())
                .setTerm(message.term()).setLogTerm(message.logTerm()).setIndex(message.index()).setCommit(message.commit())
                .setReject(message.reject()).setRejectHint(message.rejectHint());
        if (compat.atLeast(Compat.V3_6)) {
            // Of the messages that stay in one process; what a peer gets has it, and it is zero.
            wire.setVote(0);
        }
        if (!compat.atLeast(Compat.V3_6) || message.type() == MessageType.SNAPSHOT) {
            wire.setSnapshot(toWire(message.snapshot(), compat));
        }
        return wire;
    }

    private static io.tenon.wire.raftpb.Message.Builder sparse(Message message) {
        var wire = io.tenon.wire.raftpb.Message.newBuilder().setType(typeToWire(message.type()));
        if (message.to() != 0) {
            wire.setTo(message.to());
        }
        if (message.from() != 0) {
            wire.setFrom(message.from());
        }
        if (message.term() != 0) {
            wire.setTerm(message.term());
        }
        if (message.logTerm() != 0) {
            wire.setLogTerm(message.logTerm());
        }
        if (message.index() != 0) {
            wire.setIndex(message.index());
        }
        if (message.commit() != 0) {
            wire.setCommit(message.commit());
        }
        if (message.reject()) {
            wire.setReject(true);
        }
        if (message.rejectHint() != 0) {
            wire.setRejectHint(message.rejectHint());
        }
        if (message.type() == MessageType.SNAPSHOT) {
            wire.setSnapshot(toWire(message.snapshot(), Compat.V3_7));
        }
        return wire;
    }

    private static io.tenon.wire.raftpb.Entry toWire(Entry entry, Compat compat) {
        var wire = io.tenon.wire.raftpb.Entry.newBuilder().setTerm(entry.term()).setIndex(entry.index());
        if (entry.type() != EntryType.NORMAL || !compat.atLeast(Compat.V3_7)) {
            wire.setType(io.tenon.wire.raftpb.EntryType.forNumber(entry.type().number()));
        }
        if (!entry.data().isEmpty()) {
            wire.setData(entry.data());
        }
        return wire.build();
    }

    private static io.tenon.wire.raftpb.Snapshot toWire(Snapshot snapshot, Compat compat) {
        ConfState state = snapshot.confState();
        var confState = io.tenon.wire.raftpb.ConfState.newBuilder().addAllVoters(state.voters()).addAllLearners(state.learners())
                .addAllVotersOutgoing(state.votersOutgoing()).addAllLearnersNext(state.learnersNext());
        if (state.autoLeave() || !compat.atLeast(Compat.V3_7)) {
            confState.setAutoLeave(state.autoLeave());
        }
        var wire = io.tenon.wire.raftpb.Snapshot.newBuilder().setMetadata(SnapshotMetadata.newBuilder().setConfState(confState)
                .setIndex(snapshot.index()).setTerm(snapshot.term()));
        if (!snapshot.data().isEmpty()) {
            wire.setData(snapshot.data());
        }
        return wire.build();
    }

    /**
     * @throws MalformedMessageException it is of a type that never leaves a process, holds an entry of an unknown type, or lacks the entry that
     *                                   its type is about
     */
    public static Message fromWire(io.tenon.wire.raftpb.Message wire) throws MalformedMessageException {
        List<Entry> entries = new ArrayList<>(wire.getEntriesCount());
        for (var entry : wire.getEntriesList()) {
            entries.add(fromWire(entry));
        }
        MessageType type = typeFromWire(wire.getType());
        if (entries.isEmpty() && isAboutEntries(type)) {
            throw new MalformedMessageException("message of type " + wire.getType() + " without an entry");
        }
        Snapshot snapshot = wire.hasSnapshot() ? fromWire(wire.getSnapshot()) : Snapshot.EMPTY;
        return new Message(type, wire.getTo(), wire.getFrom(), wire.getTerm(), wire.getLogTerm(), wire.getIndex(),
                List.copyOf(entries), wire.getCommit(), snapshot, wire.getReject(), wire.getRejectHint(), wire.getContext());
    }

    private static boolean isAboutEntries(MessageType type) {
        return type == MessageType.PROPOSE || type == MessageType.READ_INDEX || type == MessageType.READ_INDEX_RESPONSE;
    }

    private static Entry fromWire(io.tenon.wire.raftpb.Entry wire) throws MalformedMessageException {
        if (wire.getUnknownFields().hasField(ENTRY_TYPE_FIELD)) {
            // The parser puts a number it does not know there, and the type would pass for a normal entry's.
            throw new MalformedMessageException("entry " + wire.getIndex() + " of an unknown type");
        }
        return new Entry(wire.getTerm(), wire.getIndex(), EntryType.of(wire.getType().getNumber()), wire.getData());
    }

    private static Snapshot fromWire(io.tenon.wire.raftpb.Snapshot wire) {
        var metadata = wire.getMetadata();
        var state = metadata.getConfState();
        ConfState confState = new ConfState(List.copyOf(state.getVotersList()), List.copyOf(state.getLearnersList()),
                List.copyOf(state.getVotersOutgoingList()), List.copyOf(state.getLearnersNextList()), state.getAutoLeave());
        return new Snapshot(metadata.getIndex(), metadata.getTerm(), confState, wire.getData());
    }

    private static io.tenon.wire.raftpb.MessageType typeToWire(MessageType type) {
        return io.tenon.wire.raftpb.MessageType.forNumber(type.number());
    }

    private static MessageType typeFromWire(io.tenon.wire.raftpb.MessageType type) throws MalformedMessageException {
        return switch (type) {
            case MsgProp -> MessageType.PROPOSE;
            case MsgApp -> MessageType.APPEND;
            case MsgAppResp -> MessageType.APPEND_RESPONSE;
            case MsgVote -> MessageType.VOTE;
            case MsgVoteResp -> MessageType.VOTE_RESPONSE;
            case MsgSnap -> MessageType.SNAPSHOT;
            case MsgHeartbeat -> MessageType.HEARTBEAT;
            case MsgHeartbeatResp -> MessageType.HEARTBEAT_RESPONSE;
            case MsgTransferLeader -> MessageType.TRANSFER_LEADER;
            case MsgTimeoutNow -> MessageType.TIMEOUT_NOW;
            case MsgReadIndex -> MessageType.READ_INDEX;
            case MsgReadIndexResp -> MessageType.READ_INDEX_RESPONSE;
            case MsgPreVote -> MessageType.PRE_VOTE;
            case MsgPreVoteResp -> MessageType.PRE_VOTE_RESPONSE;
            case MsgHup, MsgBeat, MsgUnreachable, MsgSnapStatus, MsgCheckQuorum, MsgStorageAppend, MsgStorageAppendResp, MsgStorageApply,
                    MsgStorageApplyResp, MsgForgetLeader -> throw new MalformedMessageException("message of type " + type + " from a peer");
        };
    }

    /** Bytes as they travel. */
    public static byte[] encode(Message message, Compat compat) {
        return toWire(message, compat).toByteArray();
    }

    /** @throws MalformedMessageException these bytes are no message */
    public static Message decode(ByteString bytes) throws MalformedMessageException {
        try {
            return fromWire(io.tenon.wire.raftpb.Message.parseFrom(bytes));
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new MalformedMessageException(e.getMessage());
        }
    }
}
