package io.tenon.transport.http;

/** A peer port cannot be opened; the message is what etcd prints. */
final class PortException extends Exception {
    private static final long serialVersionUID = 1L;

    PortException(String message) {
        super(message);
    }

    PortException(String message, Throwable cause) {
        super(message, cause);
    }
}
