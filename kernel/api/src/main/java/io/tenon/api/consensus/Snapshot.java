package io.tenon.api.consensus;

import com.google.protobuf.ByteString;

/**
 * The state machine's state at an index, as Raft sees it.
 *
 * @param data etcd's membership JSON; the keyspace travels beside it, not in it
 */
public record Snapshot(long index, long term, ConfState confState, ByteString data) {
    public static final Snapshot EMPTY = new Snapshot(0, 0, ConfState.EMPTY, ByteString.EMPTY);

    public boolean isEmpty() {
        return index == 0;
    }
}
