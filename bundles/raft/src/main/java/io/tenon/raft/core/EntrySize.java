package io.tenon.raft.core;

import io.tenon.api.consensus.Entry;
import java.util.List;

/** How large entries are: encoded as raftpb.Entry, which is what limits on messages mean, or their payload alone. */
final class EntrySize {
    private static final int BITS_PER_VARINT_BYTE = 7;

    private EntrySize() {
    }

    static long encodedBytes(Entry entry) {
        int payload = entry.data().size();
        long data = payload == 0 ? 0 : 1 + varint(payload) + payload;
        return 2 + 1 + varint(entry.term()) + 1 + varint(entry.index()) + data;
    }

    static long payloadBytes(List<Entry> entries) {
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            bytes += entries.get(i).data().size();
        }
        return bytes;
    }

    private static int varint(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        return (bits + BITS_PER_VARINT_BYTE - 1) / BITS_PER_VARINT_BYTE;
    }
}
