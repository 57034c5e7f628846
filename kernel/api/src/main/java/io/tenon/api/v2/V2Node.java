package io.tenon.api.v2;

import java.util.List;
import java.util.Optional;

/**
 * A node of the v2 tree at one instant.
 *
 * @param key             its path with the name space, {@code /1/foo}
 * @param value           of a file; empty for a directory and for a node that was deleted
 * @param kind            file or directory
 * @param expirationNanos when it expires, since 1970; empty for a node that stays
 * @param nodes           of a directory that was asked for: its children by name, hidden ones left out
 */
public record V2Node(String key, Optional<String> value, Kind kind, Optional<Long> expirationNanos, List<V2Node> nodes,
                     long modifiedIndex, long createdIndex) {

    /** What a node is; fixed while it lives. */
    public enum Kind { FILE, DIRECTORY }

    public V2Node {
        nodes = List.copyOf(nodes);
    }
}
