package io.tenon.raft.quorum;

/** Looks up one voter's vote. */
@FunctionalInterface
public interface Ballots {

    Vote of(long id);
}
