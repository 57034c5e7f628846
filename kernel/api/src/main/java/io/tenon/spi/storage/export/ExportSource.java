package io.tenon.spi.storage.export;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.RowVisitor;

/** Rows at one commit, to be exported. They do not change while they are read. */
public interface ExportSource {

    /** Visits every row of a bucket in key order. */
    void scan(Bucket bucket, RowVisitor visitor);

    /** Count and digest that were recorded with the rows. */
    BucketTally tally(Bucket bucket);

    /** What a view shows. Rows that do not agree with their recorded digest end the scan with an exception. */
    static ExportSource of(EngineView view) {
        return new ExportSource() {
            @Override
            public void scan(Bucket bucket, RowVisitor visitor) {
                view.scanVerified(bucket, visitor);
            }

            @Override
            public BucketTally tally(Bucket bucket) {
                return view.get(Bucket.TENON, BucketTally.key(bucket)).map(BucketTally::of).orElse(BucketTally.EMPTY);
            }
        };
    }
}
