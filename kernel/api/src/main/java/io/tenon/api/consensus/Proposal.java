package io.tenon.api.consensus;

import com.google.protobuf.ByteString;
import java.util.OptionalLong;

/** Something to be logged, and what becomes of it. Methods are called on the raft loop and return at once. */
public interface Proposal {

    EntryType type();

    ByteString data();

    /**
     * The term in which this must be logged, by the member that proposes it, or not at all: what only a leader may decide is void when it was
     * deposed meanwhile. Empty for what any leader may log.
     */
    default OptionalLong onlyInTerm() {
        return OptionalLong.empty();
    }

    /** Taken into this leader's log at this place, or sent to the leader ({@link LogMark#ZERO}). Not yet durable, not yet committed. */
    void accepted(LogMark mark);

    /** Not taken; nothing was logged and it may be proposed again. */
    void dropped(DropReason reason);

    /** Why a proposal was not taken. */
    enum DropReason {
        /** No leader is known. */
        NO_LEADER,
        /** The leader is handing over. */
        TRANSFERRING,
        /** It was to be logged in a term in which this member leads no more. */
        DEPOSED,
        /** Too many bytes wait for commit. */
        TOO_MUCH_UNCOMMITTED,
        /** The driver's queue is full or it is stopping. */
        BUSY
    }
}
