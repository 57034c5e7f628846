package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.raft.confchange.ConfChangeCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets one configuration change at a time into a leader's log, and only one that fits (thesis section 4.1): two that overlap could lead to
 * majorities that do not.
 */
final class ConfChangeGate {
    private final Member member;
    private final RaftLog log;
    /**
     * Where the newest configuration change may lie: while {@code applied} is below it, no other is taken. It begins at the log's end, since
     * what earlier leaders left there is not looked through.
     */
    private long pendingIndex;

    ConfChangeGate(Member member) {
        this.member = member;
        log = member.log();
        pendingIndex = log.lastIndex();
    }

    /** True when no configuration change can be on its way. */
    boolean isOpen() {
        return log.applied() >= pendingIndex;
    }

    /** The entries that go to the log's end: an empty one in the place of each configuration change that does not fit. */
    List<Entry> pass(List<Entry> drafts) {
        var passed = new ArrayList<Entry>(drafts.size());
        for (Entry draft : drafts) {
            passed.add(draft.type() == EntryType.NORMAL ? draft : pass(draft, log.lastIndex() + 1 + passed.size()));
        }
        return passed;
    }

    private Entry pass(Entry draft, long index) {
        Optional<String> complaint = complaint(ConfChangeCodec.decode(draft.type(), draft.data()));
        if (complaint.isPresent() && !member.options().has(Behaviour.NO_CONF_CHANGE_VALIDATION)) {
            member.out().trace(new TraceEvent.ConfChangeIgnored(index, complaint.get()));
            return new Entry(0, 0, EntryType.NORMAL, ByteString.EMPTY);
        }
        pendingIndex = index;
        return draft;
    }

    private Optional<String> complaint(ConfChange change) {
        boolean joint = member.configuration().isJoint();
        boolean leaves = change.steps().isEmpty();
        if (!isOpen()) {
            return Optional.of("possible unapplied conf change at index " + pendingIndex + " (applied to " + log.applied() + ")");
        }
        if (joint && !leaves) {
            return Optional.of("must transition out of joint config first");
        }
        return !joint && leaves ? Optional.of("not in joint state; refusing empty conf change") : Optional.empty();
    }
}
