package io.tenon.storage.mvstore;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import java.io.IOException;

/** Copies a store, row by row and checked, into a new file that takes its place. Views of the old file stay readable. */
final class Rewrite {
    private static final byte[] NO_BOUND = {};
    private static final long BYTES_PER_COMMIT = 16L << 20;

    private final Folder folder;
    private final Gate gate;
    private long uncommittedBytes;

    Rewrite(Folder folder, Gate gate) {
        this.folder = folder;
        this.gate = gate;
    }

    /** Leaves the copy, complete and closed, in the folder's new file. */
    void copy(Store old, LogMark applied) throws IOException {
        Store copy = folder.makeStore();
        try {
            Changes changes = new Changes(copy);
            for (Bucket bucket : Bucket.values()) {
                if (bucket != Bucket.TENON) {
                    copy(bucket, old, copy, changes);
                }
            }
            changes.saveTallies();
            copy.commit();
            check(old, copy, applied);
            copy.close();
        } catch (RuntimeException | Error failure) {
            copy.abandon();
            throw failure;
        }
    }

    private void copy(Bucket bucket, Store old, Store copy, Changes changes) {
        new Tree(old, old.map(bucket).getRootPage(), gate).scan(NO_BOUND, NO_BOUND, (key, value) -> {
            changes.put(bucket, key, value);
            uncommittedBytes += key.length + value.length;
            if (uncommittedBytes > BYTES_PER_COMMIT) {
                copy.commit();
                uncommittedBytes = 0;
            }
            return true;
        });
    }

    private void check(Store old, Store copy, LogMark applied) {
        for (Bucket bucket : Bucket.values()) {
            BucketTally before = tally(old, bucket);
            BucketTally after = tally(copy, bucket);
            if (!before.equals(after)) {
                throw ByteRows.corrupt("bucket " + bucket.bucketName() + " has " + after + ", recorded is " + before);
            }
        }
        if (!Changes.applied(copy).equals(applied)) {
            throw ByteRows.corrupt("the rows say " + Changes.applied(copy) + ", the store has applied " + applied);
        }
    }

    private static BucketTally tally(Store store, Bucket bucket) {
        byte[] stored = store.map(Bucket.TENON).get(BucketTally.key(bucket));
        return stored == null ? BucketTally.EMPTY : BucketTally.of(stored);
    }
}
