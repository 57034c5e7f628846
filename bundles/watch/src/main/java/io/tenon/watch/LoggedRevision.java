package io.tenon.watch;

import io.tenon.spi.state.Change;
import java.util.List;

/** All changes of one revision, and how much memory they keep alive. */
final class LoggedRevision {
    private static final int OVERHEAD_BYTES = 64;
    private final long revision;
    private final List<EncodedChange> changes;
    private final long sizeBytes;

    LoggedRevision(long revision, List<Change> changes) {
        this.revision = revision;
        EncodedChange[] encoded = new EncodedChange[changes.size()];
        long size = OVERHEAD_BYTES;
        for (int i = 0; i < encoded.length; i++) {
            Change change = changes.get(i);
            encoded[i] = new EncodedChange(change);
            size += OVERHEAD_BYTES + change.key().size() + change.kv().size();
        }
        this.changes = List.of(encoded);
        sizeBytes = size;
    }

    long revision() {
        return revision;
    }

    List<EncodedChange> changes() {
        return changes;
    }

    long sizeBytes() {
        return sizeBytes;
    }
}
