package io.tenon.spi.storage;

/** Receives rows in ascending unsigned byte order of their keys. The arrays belong to the engine and are never changed by anyone. */
@FunctionalInterface
public interface RowVisitor {

    /** @return false to stop */
    boolean row(byte[] key, byte[] value);
}
