package io.tenon.transport.http.tls;

import java.io.IOException;

/** What TLS was told to use cannot be used; the message is what etcd prints. */
public final class TlsException extends IOException {
    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
