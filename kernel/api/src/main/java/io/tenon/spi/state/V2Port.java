package io.tenon.spi.state;

import java.util.SortedMap;

/**
 * The tree of the v2 API for other state machines. What etcd keeps of the cluster in that tree, below {@code /0}, is not in it: it belongs to
 * the membership, but every change of it counts in the tree's index.
 */
public interface V2Port {

    /** The tree's index: how many changes it and what is below {@code /0} had. */
    long index();

    /** The membership changed what etcd keeps below {@code /0}, with this many changes of the tree. Apply loop, within an entry. */
    void mirrored(ApplyContext context, int changes);

    /** What a snapshot's message says of the tree: the JSON of each node below the root, by its name, {@code /0} left out. Apply loop. */
    SortedMap<String, String> snapshotNodes();
}
