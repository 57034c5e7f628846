package io.tenon.members;

/** A member's process ends here: what its disk has now is all that is left. */
final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash(String where) {
        super(where, null, false, false);
    }
}
