package io.tenon.raft.confchange;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.ConfChange.Transition;
import io.tenon.api.consensus.EntryType;
import io.tenon.wire.raftpb.ConfChangeSingle;
import io.tenon.wire.raftpb.ConfChangeTransition;
import io.tenon.wire.raftpb.ConfChangeType;
import io.tenon.wire.raftpb.ConfChangeV2;
import java.util.List;

/** Configuration changes to and from the payload of their log entries: raftpb.ConfChange and raftpb.ConfChangeV2. */
public final class ConfChangeCodec {

    private ConfChangeCodec() {
    }

    /** The entry type that carries this change. */
    public static EntryType typeOf(ConfChange change) {
        return change.v1() ? EntryType.CONF_CHANGE : EntryType.CONF_CHANGE_V2;
    }

    public static ByteString encode(ConfChange change) {
        return change.v1() ? encodeV1(change) : encodeV2(change);
    }

    /**
     * @param type of the entry, which says which message its payload is
     * @throws IllegalArgumentException for a payload that is none
     */
    public static ConfChange decode(EntryType type, ByteString data) {
        try {
            return switch (type) {
                case CONF_CHANGE -> decodeV1(data);
                case CONF_CHANGE_V2 -> decodeV2(data);
                case NORMAL -> throw new IllegalArgumentException("a normal entry holds no configuration change");
            };
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("an entry of type " + type + " with " + data.size() + " bytes holds no configuration change", e);
        }
    }

    private static ByteString encodeV1(ConfChange change) {
        Step step = change.steps().getFirst();
        var message = io.tenon.wire.raftpb.ConfChange.newBuilder().setId(change.id()).setType(type(step.kind())).setNodeId(step.nodeId());
        if (!change.context().isEmpty()) {
            message.setContext(change.context());
        }
        return message.build().toByteString();
    }

    private static ByteString encodeV2(ConfChange change) {
        if (ConfChanger.isLeave(change) && change.context().isEmpty()) {
            // No payload at all means "leave"; it can then never be refused for its size.
            return ByteString.EMPTY;
        }
        var message = ConfChangeV2.newBuilder().setTransition(ConfChangeTransition.forNumber(change.transition().ordinal()));
        for (Step step : change.steps()) {
            message.addChanges(ConfChangeSingle.newBuilder().setType(type(step.kind())).setNodeId(step.nodeId()));
        }
        if (!change.context().isEmpty()) {
            message.setContext(change.context());
        }
        return message.build().toByteString();
    }

    private static ConfChange decodeV1(ByteString data) throws InvalidProtocolBufferException {
        var message = io.tenon.wire.raftpb.ConfChange.parseFrom(data);
        var step = new Step(kind(message.getType()), message.getNodeId());
        return new ConfChange(true, message.getId(), Transition.AUTO, List.of(step), message.getContext());
    }

    private static ConfChange decodeV2(ByteString data) throws InvalidProtocolBufferException {
        var message = ConfChangeV2.parseFrom(data);
        var steps = message.getChangesList().stream().map(each -> new Step(kind(each.getType()), each.getNodeId())).toList();
        return new ConfChange(false, 0, Transition.values()[message.getTransition().getNumber()], steps, message.getContext());
    }

    private static ConfChangeType type(Kind kind) {
        return ConfChangeType.forNumber(kind.ordinal());
    }

    private static Kind kind(ConfChangeType type) {
        return Kind.values()[type.getNumber()];
    }
}
