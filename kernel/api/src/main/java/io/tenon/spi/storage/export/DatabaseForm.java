package io.tenon.spi.storage.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The state in the form of etcd's own database file: for Go peers, for clients' snapshots, and for data directories that Go etcd wrote. Provided
 * by one bundle and used by the kernel alone. Any thread; blocks on disk and streams; memory is bounded whatever the size.
 */
@ProviderType
public interface DatabaseForm {

    /**
     * Reads the source once to learn the size.
     *
     * @param source does not change while the file is used
     */
    DatabaseFile file(ExportSource source) throws IOException;

    /**
     * Reads a database file, checking every page; buckets that etcd does not have are refused.
     *
     * @param rows gets all rows, bucket by bucket in byte order of their names, each in key order; the bucket {@code tenon} is not among them
     * @throws IOException the file cannot be read or is damaged, with the page and what is wrong with it
     */
    void read(Path file, ExportedRows rows) throws IOException;

    /** A database file that exists only while it is written. */
    interface DatabaseFile {

        /** Its exact size. */
        long sizeBytes();

        /** Writes it whole. */
        void writeTo(OutputStream stream) throws IOException;
    }
}
