package io.tenon.v2store;

import io.tenon.api.v2.V2Error;

/** A request has no effect, somewhere deep in it. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient V2Error error;

    Refused(int code, String cause, long index) {
        super(code + " " + cause, null, false, false);
        error = new V2Error(code, cause, index);
    }

    V2Error error() {
        return error;
    }
}
