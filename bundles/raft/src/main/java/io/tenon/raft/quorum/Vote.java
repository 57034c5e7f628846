package io.tenon.raft.quorum;

/** What is known of one voter's vote. */
public enum Vote { YES, NO, MISSING }
