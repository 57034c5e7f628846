package io.tenon.mvcc.index;

/**
 * A node of the tree. Nodes of the writer's epoch are its own and are changed in place; all others may be held by readers and never change.
 * The sums describe the subtree.
 */
abstract sealed class Node permits Leaf, Branch {
    /** The writer's epoch in which this node was made. */
    final long epoch;
    /** Keys whose newest revision is not a tombstone. */
    int live;
    /** Keys that compaction may find something of: more than one revision, or a tombstone. */
    int stale;
    /** No revision in it is above this one. */
    long newest;

    Node(long epoch) {
        this.epoch = epoch;
    }

    /** Entries of this node itself. */
    abstract int count();

    void copySums(Node other) {
        live = other.live;
        stale = other.stale;
        newest = other.newest;
    }
}
