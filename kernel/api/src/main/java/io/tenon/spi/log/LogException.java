package io.tenon.spi.log;

import java.io.IOException;

/** The log cannot be used. The message names the file, the offset where there is one, and what the operator can do. */
public class LogException extends IOException {
    private static final long serialVersionUID = 1L;

    public LogException(String message) {
        super(message);
    }

    public LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
