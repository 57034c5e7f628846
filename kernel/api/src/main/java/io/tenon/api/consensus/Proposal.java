package io.tenon.api.consensus;

import com.google.protobuf.ByteString;

/** Something to be logged, and what becomes of it. Methods are called on the raft loop and return at once. */
public interface Proposal {

    EntryType type();

    ByteString data();

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
        /** Too many bytes wait for commit. */
        TOO_MUCH_UNCOMMITTED,
        /** The driver's queue is full or it is stopping. */
        BUSY
    }
}
