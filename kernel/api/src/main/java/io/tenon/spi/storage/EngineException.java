package io.tenon.spi.storage;

import java.io.IOException;

/** The store's environment failed (disk full, permission, lock). The message says where and what the operator can do. */
public class EngineException extends IOException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
