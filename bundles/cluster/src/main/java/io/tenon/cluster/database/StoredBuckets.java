package io.tenon.cluster.database;

import io.tenon.bolt.BoltSource;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.export.ExportSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A store's rows for a bolt file: all buckets that etcd has, the empty ones too. */
final class StoredBuckets implements BoltSource {
    private final ExportSource source;

    StoredBuckets(ExportSource source) {
        this.source = source;
    }

    @Override
    public List<byte[]> buckets() {
        return Arrays.stream(Bucket.values()).filter(Bucket::isEtcds)
                .map(bucket -> bucket.bucketName().getBytes(StandardCharsets.UTF_8)).toList();
    }

    @Override
    public void rows(byte[] bucket, Rows rows) throws IOException {
        try {
            source.scan(Bucket.of(new String(bucket, StandardCharsets.UTF_8)).orElseThrow(), (key, value) -> {
                give(rows, key, value);
                return true;
            });
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private static void give(Rows rows, byte[] key, byte[] value) {
        try {
            rows.row(key, value);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
