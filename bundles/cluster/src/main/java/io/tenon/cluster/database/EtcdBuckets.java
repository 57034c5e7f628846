package io.tenon.cluster.database;

import io.tenon.bolt.BoltVisitor;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.export.ExportedRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Takes the rows of a bolt file that has etcd's buckets and no other. */
final class EtcdBuckets implements BoltVisitor {
    private final ExportedRows rows;
    private Optional<Bucket> current = Optional.empty();

    EtcdBuckets(ExportedRows rows) {
        this.rows = rows;
    }

    @Override
    public void bucket(int depth, byte[] name) throws IOException {
        String text = new String(name, StandardCharsets.UTF_8);
        if (depth > 0) {
            throw new IOException("it has bucket \"" + text + "\" within another one, which etcd's database never has");
        }
        current = Bucket.of(text).filter(Bucket::isEtcds);
        if (current.isEmpty()) {
            throw new IOException("it has bucket \"" + text + "\", which etcd's database does not have");
        }
    }

    @Override
    public void row(int depth, byte[] key, byte[] value) throws IOException {
        rows.row(current.orElseThrow(), key, value);
    }
}
