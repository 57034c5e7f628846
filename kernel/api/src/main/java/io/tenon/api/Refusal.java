package io.tenon.api;

/**
 * An expected "no": a status that a client sees, with etcd's text. It is a value, not an accident; nothing was changed.
 *
 * @param code       gRPC status up to compat 3.5
 * @param codeFrom36 gRPC status from compat 3.6 on (the same but for three errors)
 * @param text       the status message, to the letter
 */
public record Refusal(StatusCode code, StatusCode codeFrom36, String text) {

    public static Refusal of(StatusCode code, String text) {
        return new Refusal(code, code, text);
    }

    /** An error etcd has no code for arrives as Unknown with its text. */
    public static Refusal unknown(String text) {
        return of(StatusCode.UNKNOWN, text);
    }

    /** This refusal as an exception without a stack trace, for code that is deep in a call. */
    public RefusedException asException() {
        return new RefusedException(this);
    }
}
