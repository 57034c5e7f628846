package io.tenon.simulator;

/** Something that must hold does not. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    public Violation(String invariant, String message) {
        super(message);
        this.invariant = invariant;
    }

    public Violation(String invariant, String message, Throwable cause) {
        super(message, cause);
        this.invariant = invariant;
    }

    /** Name of the invariant. */
    public String invariant() {
        return invariant;
    }
}
