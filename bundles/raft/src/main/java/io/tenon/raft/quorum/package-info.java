/** Quorum arithmetic: what a majority, or the two majorities of a joint configuration, have acknowledged or voted. */
package io.tenon.raft.quorum;
