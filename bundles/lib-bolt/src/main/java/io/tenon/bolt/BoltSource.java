package io.tenon.bolt;

import java.io.IOException;
import java.util.List;

/** What a file is written from. It is read twice and must say the same both times. */
public interface BoltSource {

    /** Names of the buckets, strictly ascending in unsigned byte order. */
    List<byte[]> buckets();

    /** Gives every row of a bucket, keys strictly ascending in unsigned byte order. */
    void rows(byte[] bucket, Rows rows) throws IOException;

    /** Takes the rows of a bucket. */
    @FunctionalInterface
    interface Rows {

        /** @param key not empty; both arrays are kept until the page they are in is full, and must not change until then */
        void row(byte[] key, byte[] value) throws IOException;
    }
}
