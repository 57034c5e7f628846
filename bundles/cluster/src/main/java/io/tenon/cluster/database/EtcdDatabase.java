package io.tenon.cluster.database;

import io.tenon.bolt.BoltFile;
import io.tenon.bolt.BoltWriter;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.storage.export.ExportSource;
import io.tenon.spi.storage.export.ExportedRows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;

/** etcd's database is a bolt file whose buckets are the store's. The rows are the same in both, the place in the log included. */
@Component(service = DatabaseForm.class)
public final class EtcdDatabase implements DatabaseForm {

    @Override
    public DatabaseFile file(ExportSource source) throws IOException {
        BoltWriter writer = BoltWriter.of(new StoredBuckets(source));
        return new DatabaseFile() {
            @Override
            public long sizeBytes() {
                return writer.sizeBytes();
            }

            @Override
            public void writeTo(OutputStream stream) throws IOException {
                writer.writeTo(stream);
            }
        };
    }

    @Override
    public void read(Path file, ExportedRows rows) throws IOException {
        try (BoltFile bolt = BoltFile.open(file)) {
            bolt.read(new EtcdBuckets(rows));
        }
    }
}
