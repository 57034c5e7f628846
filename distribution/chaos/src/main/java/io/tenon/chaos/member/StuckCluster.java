package io.tenon.chaos.member;

/** A cluster does not do within its time what it must be able to do. */
public final class StuckCluster extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StuckCluster(String message) {
        super(message);
    }
}
