package io.tenon.raft.core;

import com.google.protobuf.ByteString;

/** Why and how a member asks for votes. */
enum CampaignKind {
    /** Asks whether a campaign would be won, without raising the term (thesis section 9.6). */
    POLL,
    ELECTION,
    /** The leader asked for it: no poll, and voters do not protect the leader that wants to go. */
    TRANSFER;

    private static final ByteString TRANSFER_MARK = ByteString.copyFromUtf8("CampaignTransfer");

    /** The context of the vote requests. */
    ByteString context() {
        return this == TRANSFER ? TRANSFER_MARK : ByteString.EMPTY;
    }

    static boolean isForced(ByteString context) {
        return context.equals(TRANSFER_MARK);
    }
}
