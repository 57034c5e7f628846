package io.tenon.raft.confchange;

/** A change that does not fit the configuration; the message is etcd's. */
public final class ConfChangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfChangeException(String message) {
        super(message);
    }
}
