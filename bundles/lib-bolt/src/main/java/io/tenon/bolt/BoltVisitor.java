package io.tenon.bolt;

import java.io.IOException;

/** Receives what a file holds: each bucket in byte order of the names, followed by its rows in byte order of their keys. */
public interface BoltVisitor {

    /**
     * A bucket begins. Buckets within it come among its rows, at their place in the order.
     *
     * @param depth 0 for those of the file itself
     */
    void bucket(int depth, byte[] name) throws IOException;

    /**
     * A row of the bucket. The arrays are the receiver's.
     *
     * @param depth that of its bucket
     */
    void row(int depth, byte[] key, byte[] value) throws IOException;
}
