package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.Refusals;
import io.tenon.api.kv.KeyHistory.Page;
import io.tenon.api.kv.KeyHistory.Revision;
import io.tenon.spi.state.Change;
import io.tenon.spi.storage.Bucket;
import java.util.ArrayList;
import java.util.List;

/** Reads the changes of successive revisions back from their rows. Used once, by one thread. */
final class History {
    private final MvccView view;
    private final int mostRevisions;
    private final long mostBytes;
    private final List<Revision> revisions = new ArrayList<>();
    private List<Change> changes = new ArrayList<>();
    private long open;
    private long sizeBytes;
    private long next;

    private History(MvccView view, int mostRevisions, long mostBytes) {
        this.view = view;
        this.mostRevisions = mostRevisions;
        this.mostBytes = mostBytes;
    }

    static Page read(MvccView view, long fromRevision, int mostRevisions, long mostBytes) {
        if (fromRevision < view.compactRevision()) {
            throw Refusals.COMPACTED.asException();
        }
        History history = new History(view, mostRevisions, mostBytes);
        history.next = Math.max(fromRevision, view.revision() + 1);
        if (fromRevision <= view.revision()) {
            view.rows().scan(Bucket.KEY, RowKeys.first(fromRevision), RowKeys.first(view.revision() + 1), history::row);
        }
        history.closeRevision();
        return new Page(List.copyOf(history.revisions), history.next, view.revision());
    }

    private boolean row(byte[] rowKey, byte[] value) {
        long main = RowKeys.main(rowKey);
        if (main != open) {
            closeRevision();
            open = main;
            if (isFull()) {
                next = main;
                return false;
            }
        }
        sizeBytes += rowKey.length + value.length;
        changes.add(RowKeys.isTombstone(rowKey) ? deletion(main, value) : put(value));
        return true;
    }

    private boolean isFull() {
        return !revisions.isEmpty() && (revisions.size() >= mostRevisions || sizeBytes >= mostBytes);
    }

    private void closeRevision() {
        if (!changes.isEmpty()) {
            revisions.add(new Revision(open, List.copyOf(changes)));
            changes = new ArrayList<>();
        }
    }

    private static Change put(byte[] value) {
        StoredKeyValue stored = StoredKeyValue.parse(value);
        return new Change(Change.Type.PUT, keyOf(stored), stored.encoded(), stored.version() == 1);
    }

    private static Change deletion(long main, byte[] value) {
        StoredKeyValue stored = StoredKeyValue.parse(value);
        ByteString kv = UnsafeByteOperations.unsafeWrap(StoredKeyValue.deletion(stored.keyBytes(), main));
        return new Change(Change.Type.DELETE, keyOf(stored), kv, false);
    }

    private static ByteString keyOf(StoredKeyValue stored) {
        return UnsafeByteOperations.unsafeWrap(stored.bytes(), stored.key().start(), stored.key().length());
    }
}
