package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tenon.mvcc.index.KeyIndex;
import io.tenon.mvcc.index.RevisionRow;
import io.tenon.spi.state.LeasePort;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineView;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rebuilds the keyspace from the store's rows, in one pass in the order of revisions. Used once. */
final class Restore {
    static final byte[] SCHEDULED = "scheduledCompactRev".getBytes(StandardCharsets.US_ASCII);
    static final byte[] FINISHED = "finishedCompactRev".getBytes(StandardCharsets.US_ASCII);
    private final KeyIndex index = new KeyIndex();
    private final Map<ByteString, Long> leaseOfKey = new LinkedHashMap<>();
    private long newest = Keyspace.FIRST_REVISION;

    static Keyspace from(EngineView view, LeasePort leases) {
        Restore restore = new Restore();
        ScanAhead.scanVerified(view, Bucket.KEY, restore::row);
        restore.attach(leases);
        return restore.keyspace(view);
    }

    private Keyspace keyspace(EngineView view) {
        long scheduled = revisionOf(view, SCHEDULED);
        long finished = revisionOf(view, FINISHED);
        Keyspace keyspace = new Keyspace(index);
        // After a compaction no row may be left of the newest revision.
        keyspace.advance(Math.max(newest, scheduled));
        keyspace.compacted(Math.max(scheduled, finished));
        keyspace.compactionFinished(finished);
        return keyspace;
    }

    private static long revisionOf(EngineView view, byte[] name) {
        return view.get(Bucket.META, name).map(RowKeys::main).orElse(Keyspace.NEVER_COMPACTED);
    }

    private void row(byte[] rowKey, byte[] value) {
        RevisionRow row = new RevisionRow(RowKeys.main(rowKey), RowKeys.sub(rowKey), RowKeys.isTombstone(rowKey));
        StoredKeyValue stored = StoredKeyValue.parse(value);
        byte[] key = stored.keyBytes();
        newest = row.main();
        try {
            if (row.tombstone()) {
                index.restoreTombstone(key, row);
            } else {
                index.restorePut(key, row, stored.created(), stored.version());
            }
        } catch (IllegalStateException e) {
            throw new EngineCorruptException("rows of a key do not follow each other: " + e.getMessage(), e);
        }
        rememberLease(key, row.tombstone() ? 0 : stored.lease());
    }

    private void rememberLease(byte[] key, long lease) {
        if (lease != 0) {
            leaseOfKey.put(UnsafeByteOperations.unsafeWrap(key), lease);
        } else if (!leaseOfKey.isEmpty()) {
            leaseOfKey.remove(UnsafeByteOperations.unsafeWrap(key));
        }
    }

    private void attach(LeasePort leases) {
        leaseOfKey.forEach((key, lease) -> {
            // A lease without a row was revoked by a log that this store has not seen to its end; its keys go when that is applied.
            if (leases.exists(lease)) {
                leases.attach(lease, key);
            }
        });
    }
}
