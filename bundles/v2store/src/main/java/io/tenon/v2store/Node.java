package io.tenon.v2store;

import io.tenon.api.v2.V2Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A file or a directory of the tree. Owned by the apply loop. */
final class Node {
    /** {@link #expireNanos} of a node that stays. */
    static final long NEVER = 0;

    final String path;
    final V2Node.Kind kind;
    final long created;
    long modified;
    /** Since 1970. */
    long expireNanos;
    /** Empty in a directory. */
    String value;
    /** By name; always empty in a file, and made when the first child comes. */
    private TreeMap<String, Node> children;

    Node(String path, V2Node.Kind kind, long created) {
        this.path = path;
        this.kind = kind;
        this.created = created;
        modified = created;
        value = "";
    }

    boolean isDirectory() {
        return kind == V2Node.Kind.DIRECTORY;
    }

    boolean isHidden() {
        return Paths.name(path).startsWith("_");
    }

    boolean isEmpty() {
        return children == null || children.isEmpty();
    }

    Optional<Node> child(String name) {
        return children == null ? Optional.empty() : Optional.ofNullable(children.get(name));
    }

    void add(Node child) {
        if (!isDirectory()) {
            throw new IllegalStateException("file " + path + " cannot have child " + child.path);
        }
        if (children == null) {
            children = new TreeMap<>();
        }
        children.put(Paths.name(child.path), child);
    }

    void remove(Node child) {
        children.remove(Paths.name(child.path));
    }

    /** In the order of their names. */
    List<Node> children() {
        return children == null ? List.of() : new ArrayList<>(children.values());
    }

    /** This node without what is below it. */
    V2Node seen() {
        return new V2Node(path, isDirectory() ? Optional.empty() : Optional.of(value), kind, expiration(), List.of(), modified, created);
    }

    /** This node with what is {@code levels} below it. */
    V2Node seen(int levels) {
        List<V2Node> below = levels == 0 ? List.of()
                : children().stream().filter(child -> !child.isHidden()).map(child -> child.seen(levels - 1)).toList();
        return new V2Node(path, isDirectory() ? Optional.empty() : Optional.of(value), kind, expiration(), below, modified, created);
    }

    /** This node as it is told of when it is gone. */
    V2Node gone(long index) {
        return new V2Node(path, Optional.empty(), kind, Optional.empty(), List.of(), index, created);
    }

    private Optional<Long> expiration() {
        return expireNanos == NEVER ? Optional.empty() : Optional.of(expireNanos);
    }
}
