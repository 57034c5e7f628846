package io.tenon.mvcc;

import io.tenon.mvcc.index.KeyVersion;
import io.tenon.mvcc.index.RevisionRow;
import io.tenon.spi.storage.Bucket;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * etcd's hash of the keyspace at a revision, to the bit: CRC-32C over the bucket's name and then the rows up to the revision in order. Rows
 * that a compaction has passed count only when they are still the newest of their key, so that members agree whether or not they have
 * removed the others already.
 */
final class HashKv {
    private final MvccView view;
    private final long revision;
    private final long compactRevision;
    private final boolean keepsNothing;
    private final CRC32C crc = new CRC32C();
    private final KeyVersion found = new KeyVersion();

    /**
     * @param revision        at which to hash
     * @param compactRevision of the last compaction before that
     */
    private HashKv(MvccView view, long revision, long compactRevision) {
        this.view = view;
        this.revision = revision;
        this.compactRevision = compactRevision;
        boolean[] any = {false};
        view.index().scan(new byte[0], new byte[0], revision, key -> {
            any[0] = true;
            return false;
        });
        keepsNothing = !any[0];
    }

    static Hash of(MvccView view, long revision, long compactRevision) {
        HashKv hash = new HashKv(view, revision, compactRevision);
        hash.crc.update(Bucket.KEY.bucketName().getBytes(StandardCharsets.US_ASCII));
        view.rows().scan(Bucket.KEY, new byte[0], RowKeys.first(revision + 1), hash::row);
        return new Hash(revision, (int) hash.crc.getValue(), compactRevision);
    }

    private boolean row(byte[] rowKey, byte[] value) {
        if (counts(rowKey, value)) {
            crc.update(rowKey);
            crc.update(value);
        }
        return true;
    }

    private boolean counts(byte[] rowKey, byte[] value) {
        long main = RowKeys.main(rowKey);
        if (main > compactRevision) {
            return true;
        }
        boolean tombstone = RowKeys.isTombstone(rowKey);
        if (tombstone && main == compactRevision) {
            return false;
        }
        if (keepsNothing) {
            // etcd takes an empty set of kept revisions for none at all, and then counts every row that is not removed yet.
            return isKnown(new RevisionRow(main, RowKeys.sub(rowKey), tombstone), value);
        }
        return !tombstone && isNewest(RowKeys.sub(rowKey), main, value);
    }

    /** Unsaved rows are seen a little longer than they exist; the index knows. */
    private boolean isKnown(RevisionRow row, byte[] value) {
        return view.index().revisions(StoredKeyValue.parse(value).keyBytes()).contains(row);
    }

    private boolean isNewest(long sub, long main, byte[] value) {
        return view.index().find(StoredKeyValue.parse(value).keyBytes(), revision, found) && found.main() == main && found.sub() == sub;
    }

    /** A hash and what it was made of. */
    record Hash(long revision, int hash, long compactRevision) {
    }
}
