package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.export.ExportedRows;
import java.io.IOException;
import java.util.Map;

/** A whole state on its way into an empty store. */
interface Incoming {

    /**
     * Gives every row, those of the place in the log among them. All of it was checked when this returns.
     *
     * @throws io.tenon.spi.storage.EngineCorruptException it is damaged, or not the state that was announced
     */
    Whole read(ExportedRows rows) throws IOException;

    /**
     * What was read.
     *
     * @param mark    its place in the log
     * @param tallies count and digest of each bucket's rows, as the store must have them
     */
    record Whole(LogMark mark, Map<Bucket, BucketTally> tallies) {
    }
}
