package io.tenon.spi.storage;

/** The session behind a view was closed. The kernel parks the call and repeats it on the next session. */
public final class EngineClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineClosedException() {
        super("storage engine session is closed", null, false, false);
    }
}
