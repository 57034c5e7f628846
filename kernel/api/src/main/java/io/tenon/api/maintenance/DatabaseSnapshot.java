package io.tenon.api.maintenance;

import java.io.IOException;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The state at one place in the log, as etcd's database file. It holds on to a view of the engine, so whoever is given one closes it soon. Used by one
 * thread at a time; all but {@link #close} block on the disk.
 */
@ProviderType
public interface DatabaseSnapshot extends AutoCloseable {

    /**
     * Learns the exact size of the file; reads the whole state for it. Before {@link #writeTo}.
     *
     * @throws IOException the storage engine went away, or is damaged
     */
    long sizeBytes() throws IOException;

    /**
     * Writes exactly {@link #sizeBytes()}.
     *
     * @throws IOException as above, or the stream failed
     */
    void writeTo(OutputStream stream) throws IOException;

    /** Any thread; idempotent. */
    @Override
    void close();
}
