package io.tenon.spi.state;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.RowVisitor;
import java.util.Optional;

/**
 * The rows of the store at one instant: what the engine has, and over it what is applied and not saved yet. Immutable. A reader that is
 * not the apply loop brackets its reads with {@link #acquire} and {@link #release}; they keep the engine's view open.
 */
public interface Rows {

    /** Takes hold of the rows. False when they are out of date and closed: read the newest published rows instead. */
    boolean acquire();

    void release();

    /**
     * One row. May block on the disk.
     *
     * @throws io.tenon.spi.storage.EngineCorruptException the stored bytes do not check
     * @throws io.tenon.spi.storage.EngineClosedException  no engine is there at the moment; the kernel repeats the call later
     */
    Optional<byte[]> get(Bucket bucket, byte[] key);

    /** Rows {@code [from, toExclusive)} in key order; an empty {@code toExclusive} means to the end. */
    void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor);
}
