package io.tenon.spi.state;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.ResponseHeader;

/** What a state machine may touch while it applies one entry (or in a tick). Valid during that call only. */
public interface ApplyContext {

    /** The entry's place in the log; in a tick, of the last applied entry. */
    LogMark mark();

    /** Writes a row. The arrays are handed over and never changed again. */
    void put(Bucket bucket, byte[] key, byte[] value);

    void delete(Bucket bucket, byte[] key);

    /** All rows, with those written so far in this and earlier entries. */
    Rows rows();

    /** A complete response header with this revision. */
    ResponseHeader header(long revision);

    /** False when no client of this member waits for the answer, which may then be left out where it costs. */
    boolean answered();

    long nowNanos();

    Ports ports();
}
