package io.tenon.storage.mvstore.file;

/**
 * A file has lost something of the state that it must be opened at. An error, because MVStore takes every exception at this point as a
 * reason to look for any older state.
 */
public final class StartFailed extends Error {
    private static final long serialVersionUID = 1L;

    StartFailed(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
