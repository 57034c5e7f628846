package io.tenon.wal.format;

/** Bytes that are not what they should be; the message says how, the reader of the file says where. */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }
}
