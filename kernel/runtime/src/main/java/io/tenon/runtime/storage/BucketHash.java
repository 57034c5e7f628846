package io.tenon.runtime.storage;

import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** The hash of Maintenance.Hash: CRC-32C over the buckets in byte order, each name, then each key and value. */
public final class BucketHash {

    private BucketHash() {
    }

    /**
     * Where the log stands, and from 3.6 on the storage version, are left out: members differ in them.
     *
     * @param rows acquired by the caller
     */
    public static int of(Rows rows, boolean from36) {
        CRC32C crc = new CRC32C();
        for (Bucket bucket : Bucket.values()) {
            if (!bucket.isEtcds()) {
                continue;
            }
            crc.update(bucket.bucketName().getBytes(StandardCharsets.UTF_8));
            rows.scan(bucket, new byte[0], new byte[0], (key, value) -> {
                if (bucket != Bucket.META || !leftOut(new String(key, StandardCharsets.UTF_8), from36)) {
                    crc.update(key);
                    crc.update(value);
                }
                return true;
            });
        }
        return (int) crc.getValue();
    }

    private static boolean leftOut(String metaKey, boolean from36) {
        return metaKey.equals("consistent_index") || metaKey.equals("term") || from36 && metaKey.equals("storageVersion");
    }
}
