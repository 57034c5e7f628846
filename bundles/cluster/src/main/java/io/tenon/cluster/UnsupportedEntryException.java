package io.tenon.cluster;

/** A committed entry that no part of this node can apply. The node stops before it and never skips it. */
final class UnsupportedEntryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedEntryException(String message) {
        super(message);
    }
}
