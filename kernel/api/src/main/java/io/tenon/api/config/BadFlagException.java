package io.tenon.api.config;

/** A flag that cannot be obeyed. The message is one line for the operator, in etcd's words where etcd has some. */
public final class BadFlagException extends IllegalArgumentException {

    /** What is wrong, which decides how the process reports it and with which code it ends. */
    public enum Reason {
        /** No such flag. */
        UNDEFINED(2),
        /** The value is no number, no duration, no URL. */
        MALFORMED(2),
        /** Each value reads well, but not this one or not these together. */
        REFUSED(1);

        private final int exitCode;

        Reason(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    private final Reason reason;

    public BadFlagException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public static BadFlagException refused(String message) {
        return new BadFlagException(Reason.REFUSED, message);
    }

    static BadFlagException undefined(String name) {
        return new BadFlagException(Reason.UNDEFINED, "flag provided but not defined: -" + name);
    }

    public Reason reason() {
        return reason;
    }

    /** With which code etcd ends for this. */
    public int exitCode() {
        return reason.exitCode;
    }
}
