package io.tenon.api.consensus;

/** A place in the log. Term and index travel together, so that a mark of an overwritten entry is never taken for another. */
public record LogMark(long term, long index) {
    public static final LogMark ZERO = new LogMark(0, 0);
}
