package io.tenon.spi.storage.export;

import io.tenon.spi.storage.Bucket;
import java.io.IOException;

/** Receives the rows of an export, bucket by bucket in byte order of their names, each in key order. */
@FunctionalInterface
public interface ExportedRows {

    /** The row itself was checked; that no other is missing is known only when the whole export was read. */
    void row(Bucket bucket, byte[] key, byte[] value) throws IOException;
}
