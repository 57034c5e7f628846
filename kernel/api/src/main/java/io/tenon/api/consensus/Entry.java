package io.tenon.api.consensus;

import com.google.protobuf.ByteString;

/**
 * One entry of the replicated log.
 *
 * @param data the payload as it is logged; empty for a leader's first entry and for leaving a joint configuration
 */
public record Entry(long term, long index, EntryType type, ByteString data) {
}
