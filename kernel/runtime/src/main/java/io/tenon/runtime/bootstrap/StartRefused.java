package io.tenon.runtime.bootstrap;

/** The node does not start with this data; the message says what is wrong and what the operator can do. */
public final class StartRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public StartRefused(String message) {
        super(message);
    }
}
