package io.tenon.watch;

import io.tenon.spi.state.Change;
import java.util.List;
import java.util.function.Consumer;

/** All changes of one revision, and how much memory they keep alive. */
final class LoggedRevision {
    private static final int OVERHEAD_BYTES = 64;
    private final long revision;
    private final EncodedChange[] changes;
    private final long sizeBytes;

    LoggedRevision(long revision, List<Change> changes) {
        this.revision = revision;
        this.changes = new EncodedChange[changes.size()];
        long size = OVERHEAD_BYTES;
        for (int i = 0; i < this.changes.length; i++) {
            Change change = changes.get(i);
            this.changes[i] = new EncodedChange(change);
            size += OVERHEAD_BYTES + change.key().size() + change.kv().size();
        }
        sizeBytes = size;
    }

    long revision() {
        return revision;
    }

    int changeCount() {
        return changes.length;
    }

    EncodedChange change(int i) {
        return changes[i];
    }

    void forEach(Consumer<? super EncodedChange> consumer) {
        for (EncodedChange change : changes) {
            consumer.accept(change);
        }
    }

    long sizeBytes() {
        return sizeBytes;
    }
}
