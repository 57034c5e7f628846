package io.tenon.mvcc;

import io.tenon.spi.storage.EngineCorruptException;

/** The index knows a revision that has no row. */
final class MissingRowException extends EngineCorruptException {
    private static final long serialVersionUID = 1L;

    MissingRowException(String message) {
        super(message);
    }
}
