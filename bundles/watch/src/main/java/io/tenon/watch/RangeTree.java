package io.tenon.watch;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Ranges by key: which of them hold this key? A search tree by (from, to) in which every node knows the furthest end below it, balanced by
 * priorities (a treap; Seidel and Aragon 1996). Watchers of equal ranges share a node. The priorities come from a fixed seed, so equal
 * histories build equal trees.
 */
final class RangeTree<T extends Ranged> {
    /** An end beyond every key; known by identity. */
    private static final byte[] NO_END = new byte[0];
    private final SplittableRandom priorities = new SplittableRandom(20_130_614);
    private Node<T> root;

    private static final class Node<T extends Ranged> {
        final byte[] from;
        final byte[] to;
        final int priority;
        final Bag<T> bag = new Bag<>();
        /** The furthest {@code to} of this node and all below it. */
        byte[] furthest;
        Node<T> left;
        Node<T> right;

        Node(KeyRange range, int priority) {
            from = range.from().toByteArray();
            to = end(range);
            this.priority = priority;
            furthest = to;
        }

        void refresh() {
            furthest = to;
            if (left != null) {
                furthest = further(furthest, left.furthest);
            }
            if (right != null) {
                furthest = further(furthest, right.furthest);
            }
        }
    }

    boolean isEmpty() {
        return root == null;
    }

    void add(T entry) {
        byte[] from = entry.range().from().toByteArray();
        byte[] to = end(entry.range());
        Node<T> node = find(from, to);
        if (node == null) {
            node = new Node<>(entry.range(), priorities.nextInt());
            root = insert(root, node);
        }
        node.bag.add(entry);
    }

    void remove(T entry) {
        byte[] from = entry.range().from().toByteArray();
        byte[] to = end(entry.range());
        Node<T> node = find(from, to);
        if (node == null) {
            throw new IllegalStateException("no watcher of " + entry.range());
        }
        node.bag.remove(entry);
        if (node.bag.isEmpty()) {
            root = delete(root, node);
        }
    }

    /** Gives every entry whose range holds the key. */
    void match(byte[] key, Consumer<? super T> found) {
        match(root, key, found);
    }

    void forEach(Consumer<? super T> consumer) {
        forEach(root, consumer);
    }

    private static <T extends Ranged> void match(Node<T> node, byte[] key, Consumer<? super T> found) {
        if (node == null || !before(key, node.furthest)) {
            return;
        }
        match(node.left, key, found);
        if (Arrays.compareUnsigned(node.from, key) <= 0) {
            if (before(key, node.to)) {
                node.bag.forEach(found);
            }
            match(node.right, key, found);
        }
    }

    private static <T extends Ranged> void forEach(Node<T> node, Consumer<? super T> consumer) {
        if (node != null) {
            forEach(node.left, consumer);
            node.bag.forEach(consumer);
            forEach(node.right, consumer);
        }
    }

    private Node<T> find(byte[] from, byte[] to) {
        Node<T> node = root;
        while (node != null) {
            int order = compare(from, to, node);
            if (order == 0) {
                break;
            }
            node = order < 0 ? node.left : node.right;
        }
        return node;
    }

    private static <T extends Ranged> Node<T> insert(Node<T> node, Node<T> added) {
        if (node == null) {
            return added;
        }
        Node<T> top = node;
        if (compare(added.from, added.to, node) < 0) {
            node.left = insert(node.left, added);
            if (node.left.priority > node.priority) {
                top = liftLeft(node);
            }
        } else {
            node.right = insert(node.right, added);
            if (node.right.priority > node.priority) {
                top = liftRight(node);
            }
        }
        top.refresh();
        return top;
    }

    private static <T extends Ranged> Node<T> liftLeft(Node<T> node) {
        Node<T> top = node.left;
        node.left = top.right;
        top.right = node;
        node.refresh();
        return top;
    }

    private static <T extends Ranged> Node<T> liftRight(Node<T> node) {
        Node<T> top = node.right;
        node.right = top.left;
        top.left = node;
        node.refresh();
        return top;
    }

    private static <T extends Ranged> Node<T> delete(Node<T> node, Node<T> gone) {
        if (node == gone) {
            return join(node.left, node.right);
        }
        if (compare(gone.from, gone.to, node) < 0) {
            node.left = delete(node.left, gone);
        } else {
            node.right = delete(node.right, gone);
        }
        node.refresh();
        return node;
    }

    /** Every range of {@code low} is before every range of {@code high}. */
    private static <T extends Ranged> Node<T> join(Node<T> low, Node<T> high) {
        if (low == null) {
            return high;
        }
        if (high == null) {
            return low;
        }
        Node<T> top;
        if (low.priority > high.priority) {
            low.right = join(low.right, high);
            top = low;
        } else {
            high.left = join(low, high.left);
            top = high;
        }
        top.refresh();
        return top;
    }

    private static <T extends Ranged> int compare(byte[] from, byte[] to, Node<T> node) {
        int order = Arrays.compareUnsigned(from, node.from);
        return order != 0 ? order : compareEnds(to, node.to);
    }

    private static int compareEnds(byte[] a, byte[] b) {
        if (a == NO_END || b == NO_END) {
            return Boolean.compare(a == NO_END, b == NO_END);
        }
        return Arrays.compareUnsigned(a, b);
    }

    private static boolean before(byte[] key, byte[] end) {
        return end == NO_END || Arrays.compareUnsigned(key, end) < 0;
    }

    private static byte[] further(byte[] a, byte[] b) {
        return compareEnds(a, b) >= 0 ? a : b;
    }

    private static byte[] end(KeyRange range) {
        return range.unbounded() ? NO_END : range.to().toByteArray();
    }
}
