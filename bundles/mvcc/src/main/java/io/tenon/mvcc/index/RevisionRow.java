package io.tenon.mvcc.index;

/** A revision of a key, as it is a row in the store. */
public record RevisionRow(long main, long sub, boolean tombstone) {
}
