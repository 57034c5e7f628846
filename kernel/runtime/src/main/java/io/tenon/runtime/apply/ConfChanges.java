package io.tenon.runtime.apply;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.wire.raftpb.ConfChangeSingle;
import io.tenon.wire.raftpb.ConfChangeV2;
import java.util.List;

/** Configuration changes between their bytes in the log and their value. */
public final class ConfChanges {

    private ConfChanges() {
    }

    /** @throws IllegalStateException the payload of the entry is no configuration change */
    public static ConfChange parse(Entry entry) {
        try {
            return entry.type() == EntryType.CONF_CHANGE ? parseV1(entry) : parseV2(entry);
        } catch (InvalidProtocolBufferException bad) {
            throw new IllegalStateException("entry " + entry.index() + " is no configuration change: " + bad.getMessage(), bad);
        }
    }

    private static ConfChange parseV1(Entry entry) throws InvalidProtocolBufferException {
        io.tenon.wire.raftpb.ConfChange change = io.tenon.wire.raftpb.ConfChange.parseFrom(entry.data());
        ConfChange.Step step = new ConfChange.Step(kind(change.getType().getNumber()), change.getNodeId());
        return new ConfChange(true, change.getId(), ConfChange.Transition.AUTO, List.of(step), change.getContext());
    }

    private static ConfChange parseV2(Entry entry) throws InvalidProtocolBufferException {
        ConfChangeV2 change = ConfChangeV2.parseFrom(entry.data());
        List<ConfChange.Step> steps = change.getChangesList().stream().map(ConfChanges::step).toList();
        return new ConfChange(false, 0, ConfChange.Transition.values()[change.getTransition().getNumber()], steps, change.getContext());
    }

    private static ConfChange.Step step(ConfChangeSingle single) {
        return new ConfChange.Step(kind(single.getType().getNumber()), single.getNodeId());
    }

    private static ConfChange.Kind kind(int number) {
        return ConfChange.Kind.values()[number];
    }
}
