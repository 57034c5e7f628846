package io.tenon.raft.quorum;

/** Looks up how far one voter has acknowledged. */
@FunctionalInterface
public interface AckedIndexes {

    /** The highest index that voter has made durable; 0 when nothing is known of it. */
    long of(long id);
}
