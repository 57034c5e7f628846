package io.tenon.spi.transport;

import java.io.IOException;

/** What came from a peer is no message that one member may send another. Nothing was taken; the connection should not go on. */
public final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message);
    }
}
