package io.tenon.storage.mvstore;

import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.RowDigest;

/** A {@link BucketTally} that is being counted. One owner. */
final class Tally {
    private long rows;
    private long digest;
    private boolean changed;

    Tally(BucketTally start) {
        rows = start.rows();
        digest = start.digest();
    }

    void add(byte[] key, byte[] value) {
        rows++;
        digest += RowDigest.of(key, value);
        changed = true;
    }

    void remove(byte[] key, byte[] value) {
        rows--;
        digest -= RowDigest.of(key, value);
        changed = true;
    }

    long rows() {
        return rows;
    }

    BucketTally value() {
        return new BucketTally(rows, digest);
    }

    /** True once after changes. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }
}
