package io.tenon.api.consensus;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * One message between members; fields that a type does not use are zero or empty (reference: raft message table).
 *
 * @param term      the sender's term; for polls and votes the term that is asked for; 0 for forwarded proposals and read requests
 * @param logTerm   term of the entry at {@code index}
 * @param index     entry before {@code entries}, or what a response speaks of
 * @param rejectHint where a follower's log may agree, with {@code logTerm} its term
 * @param context   read request, or the mark of a forced campaign
 */
public record Message(MessageType type, long to, long from, long term, long logTerm, long index, List<Entry> entries, long commit,
                      Snapshot snapshot, boolean reject, long rejectHint, ByteString context) {

    /** A message with nothing but its address. */
    public static Message of(MessageType type, long to, long from, long term) {
        return new Message(type, to, from, term, 0, 0, List.of(), 0, Snapshot.EMPTY, false, 0, ByteString.EMPTY);
    }
}
