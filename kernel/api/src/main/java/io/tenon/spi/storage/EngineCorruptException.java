package io.tenon.spi.storage;

/**
 * A stored byte is not what was written, or a row is missing. Unchecked, because a read anywhere may find it; the node stops serving and
 * reports it. Never swallowed.
 */
public class EngineCorruptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineCorruptException(String message) {
        super(message);
    }

    public EngineCorruptException(String message, Throwable cause) {
        super(message, cause);
    }
}
