package io.tenon.spi.storage;

import io.tenon.api.consensus.LogMark;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** A store at one commit. Any number of threads read it at once. Reads may block on the disk. */
@ProviderType
public interface EngineView extends AutoCloseable {

    /** The commit this view shows. */
    LogMark applied();

    /** @throws EngineCorruptException the stored bytes do not check */
    Optional<byte[]> get(Bucket bucket, byte[] key);

    /** Visits rows {@code [from, toExclusive)} in key order; an empty {@code toExclusive} array means to the end. */
    void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor);

    /**
     * Visits every row of a bucket and then compares their count and digest with the recorded ones. A visitor that stops early skips
     * the comparison.
     *
     * @throws EngineCorruptException rows are missing, added or changed
     */
    void scanVerified(Bucket bucket, RowVisitor visitor);

    /** Rows in a bucket. */
    long count(Bucket bucket);

    @Override
    void close();
}
