package io.tenon.v2store;

import io.tenon.api.v2.V2Error;
import io.tenon.api.v2.V2Event;
import io.tenon.api.v2.V2Node;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The tree of the v2 API with etcd's rules (reference: v2 API). Its index grows by one with each change. Methods that change it name the
 * nodes that changed to a {@link Changes}, and throw {@link Refused} before anything was changed. Owned by the apply loop.
 */
final class Tree {
    private static final String KEYS = "/1";
    /** The roots of the name spaces, {@code /0} among them, which is the membership's. */
    private static final List<String> READ_ONLY = List.of(Paths.ROOT, "/0", KEYS);
    /** 2000-01-01; a node that should expire before it stays. */
    private static final long FIRST_EXPIRY_NANOS = 946_684_800_000_000_000L;

    private Node root = emptyRoot();
    private final TreeSet<Node> expiring =
            new TreeSet<>(Comparator.<Node>comparingLong(node -> node.expireNanos).thenComparing(node -> node.path));
    private long index;

    /** Told of every node that a change touches. */
    interface Changes {

        void written(Node node);

        void removed(Node node);
    }

    /**
     * What a new or changed node is to be.
     *
     * @param expireNanos 0 for never
     * @param refresh     whether the value stays and only the expiry is new
     */
    record Content(V2Node.Kind kind, String value, long expireNanos, Value refresh) {

        long expiry() {
            return expireNanos < FIRST_EXPIRY_NANOS ? Node.NEVER : expireNanos;
        }
    }

    /** Where the value of a changed node comes from. */
    enum Value { GIVEN, KEPT }

    /**
     * What a node must be for a change to happen.
     *
     * @param value empty for any
     * @param index 0 for any
     */
    record Condition(String value, long index) {

        /** What does not hold, as etcd says it; empty when all does. */
        Optional<String> violation(Node node) {
            String wrongValue = value.isEmpty() || value.equals(node.value) ? "" : "[" + value + " != " + node.value + "]";
            String wrongIndex = index == 0 || index == node.modified ? "" : "[" + Long.toUnsignedString(index) + " != " + node.modified + "]";
            String all = (wrongValue + " " + wrongIndex).strip();
            return all.isEmpty() ? Optional.empty() : Optional.of(all);
        }
    }

    private static Node emptyRoot() {
        Node root = new Node(Paths.ROOT, V2Node.Kind.DIRECTORY, 0);
        root.add(new Node(KEYS, V2Node.Kind.DIRECTORY, 0));
        return root;
    }

    void clear() {
        root = emptyRoot();
        expiring.clear();
        index = 0;
    }

    long index() {
        return index;
    }

    void index(long now) {
        index = now;
    }

    Node root() {
        return root;
    }

    /** True when there is nothing but what every tree has. */
    boolean isEmpty() {
        return root.children().size() == 1 && root.child(Paths.name(KEYS)).orElseThrow().isEmpty();
    }

    boolean hasExpiring() {
        return !expiring.isEmpty();
    }

    /** Puts in a node of a stored tree, behind the directory it is in. */
    void load(Node node) {
        if (node.path.equals(KEYS)) {
            return;
        }
        find(Paths.parent(node.path)).add(node);
        if (node.expireNanos != Node.NEVER) {
            expiring.add(node);
        }
    }

    /** @param levels below the node that are told of */
    V2Event get(String path, int levels) {
        return new V2Event("get", find(Paths.clean(path)).seen(levels), Optional.empty(), index);
    }

    /** Makes a node that is not there. */
    V2Event create(String path, Content content, Changes changes) {
        return make("create", Paths.clean(path), content, changes);
    }

    /** Makes a node whose name is the index of this change. */
    V2Event createInOrder(String path, Content content, Changes changes) {
        return make("create", Paths.clean(path + "/" + String.format(Locale.ROOT, "%020d", index + 1)), content, changes);
    }

    /** Makes a node or puts another in the place of a file. */
    V2Event set(String path, Content content, Changes changes) {
        String clean = Paths.clean(path);
        Optional<Node> before = findIfThere(clean);
        if (content.refresh == Value.KEPT) {
            Node kept = before.orElseThrow(() -> refusal(V2Error.KEY_NOT_FOUND, missing(clean)));
            return make("set", clean, new Content(content.kind, kept.value, content.expireNanos, Value.GIVEN), changes);
        }
        return make("set", clean, content, changes);
    }

    private V2Event make(String action, String path, Content content, Changes changes) {
        checkWritable(path);
        checkWay(path);
        Optional<Node> there = findIfThere(path);
        if (there.isPresent() && !action.equals("set")) {
            throw refusal(V2Error.KEY_ALREADY_EXISTS, path);
        }
        if (there.isPresent() && there.get().isDirectory()) {
            throw refusal(V2Error.NOT_A_FILE, path);
        }
        Optional<V2Node> before = there.map(Node::seen);
        index++;
        there.ifPresent(old -> take(old, changes));
        Node node = new Node(path, content.kind, index);
        node.value = node.isDirectory() ? "" : content.value;
        expire(node, content.expiry());
        directory(Paths.parent(path), changes).add(node);
        changes.written(node);
        return new V2Event(action, node.seen(), before, index);
    }

    /** A file has a new value, a directory another expiry. */
    V2Event update(String path, Content content, Changes changes) {
        String clean = Paths.clean(path);
        checkWritable(clean);
        Node node = find(clean);
        String value = content.refresh == Value.KEPT ? node.value : content.value;
        if (node.isDirectory()) {
            // etcd means to let a directory's expiry be changed, and trips over its value.
            throw value.isEmpty() ? refusal(V2Error.INTERNAL, "nodePath " + clean + " : Not a file ()") : refusal(V2Error.NOT_A_FILE, clean);
        }
        return write("update", node, value, content, changes);
    }

    V2Event compareAndSwap(String path, Condition condition, Content content, Changes changes) {
        Node node = comparable(path, condition);
        return write("compareAndSwap", node, content.refresh == Value.KEPT ? node.value : content.value, content, changes);
    }

    private V2Event write(String action, Node node, String value, Content content, Changes changes) {
        V2Node before = node.seen();
        node.value = value;
        node.modified = ++index;
        expire(node, content.expiry());
        changes.written(node);
        return new V2Event(action, node.seen(), Optional.of(before), index);
    }

    V2Event compareAndDelete(String path, Condition condition, Changes changes) {
        return remove("compareAndDelete", comparable(path, condition), changes);
    }

    /** What a deletion may take. */
    enum Reach { FILE, EMPTY_DIRECTORY, EVERYTHING }

    V2Event delete(String path, Reach reach, Changes changes) {
        String clean = Paths.clean(path);
        checkWritable(clean);
        Node node = find(clean);
        if (node.isDirectory() && reach == Reach.FILE) {
            throw refusal(V2Error.NOT_A_FILE, clean);
        }
        if (!node.isEmpty() && reach != Reach.EVERYTHING) {
            throw refusal(V2Error.DIRECTORY_NOT_EMPTY, clean);
        }
        return remove("delete", node, changes);
    }

    private V2Event remove(String action, Node node, Changes changes) {
        V2Node before = node.seen();
        index++;
        take(node, changes);
        return new V2Event(action, node.gone(index), Optional.of(before), index);
    }

    /** Removes what expires up to this time, oldest first; each counts as a change. */
    void expireUpTo(long nanos, Changes changes) {
        while (!expiring.isEmpty() && expiring.first().expireNanos <= nanos) {
            remove("expire", expiring.first(), changes);
        }
    }

    private Node comparable(String path, Condition condition) {
        String clean = Paths.clean(path);
        checkWritable(clean);
        Node node = find(clean);
        if (node.isDirectory()) {
            throw refusal(V2Error.NOT_A_FILE, clean);
        }
        condition.violation(node).ifPresent(what -> {
            throw refusal(V2Error.COMPARE_FAILED, what);
        });
        return node;
    }

    private void expire(Node node, long nanos) {
        expiring.remove(node);
        node.expireNanos = nanos;
        if (nanos != Node.NEVER) {
            expiring.add(node);
        }
    }

    /** Takes a node and all below it out. */
    private void take(Node node, Changes changes) {
        node.children().forEach(child -> take(child, changes));
        expiring.remove(node);
        find(Paths.parent(node.path)).remove(node);
        changes.removed(node);
    }

    /** The directory of this path; those that are missing are made. */
    private Node directory(String path, Changes changes) {
        Node at = root;
        for (String name : Paths.names(path)) {
            Optional<Node> child = at.child(name);
            if (child.isEmpty()) {
                Node made = new Node(Paths.child(at.path, name), V2Node.Kind.DIRECTORY, index);
                at.add(made);
                changes.written(made);
                child = Optional.of(made);
            }
            at = child.get();
        }
        return at;
    }

    private void checkWritable(String path) {
        if (READ_ONLY.contains(path)) {
            throw refusal(V2Error.ROOT_IS_READ_ONLY, Paths.ROOT);
        }
    }

    /** No directory on the way to this node may be a file. */
    private void checkWay(String path) {
        Node at = root;
        for (String name : Paths.names(Paths.parent(path))) {
            Optional<Node> child = at.child(name);
            if (child.isEmpty()) {
                return;
            }
            at = child.get();
            if (!at.isDirectory()) {
                throw refusal(V2Error.NOT_A_DIRECTORY, at.path);
            }
        }
    }

    private Optional<Node> findIfThere(String path) {
        checkWay(path);
        Node at = root;
        for (String name : Paths.names(path)) {
            Optional<Node> child = at.child(name);
            if (child.isEmpty()) {
                return Optional.empty();
            }
            at = child.get();
        }
        return Optional.of(at);
    }

    private Node find(String path) {
        return findIfThere(path).orElseThrow(() -> refusal(V2Error.KEY_NOT_FOUND, missing(path)));
    }

    /** The first part of the path that is not there. */
    private String missing(String path) {
        Node at = root;
        for (String name : Paths.names(path)) {
            Optional<Node> child = at.child(name);
            if (child.isEmpty()) {
                return Paths.child(at.path, name);
            }
            at = child.get();
        }
        throw new IllegalStateException(path + " is there");
    }

    private Refused refusal(int code, String cause) {
        return new Refused(code, cause, index);
    }
}
