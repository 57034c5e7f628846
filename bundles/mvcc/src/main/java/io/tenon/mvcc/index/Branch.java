package io.tenon.mvcc.index;

import java.util.Arrays;

/** Children in key order; every key of child i is below {@code bounds[i]}, every key of child i + 1 is not. At least one child. */
final class Branch extends Node {
    static final int MOST_CHILDREN = 64;
    private Node[] children;
    private byte[][] bounds;
    /** {@link Heads} of the bounds, which all begin with {@link #prefix} bytes of the first one. */
    private long[] heads;
    private int prefix;
    private int count;

    private Branch(long epoch) {
        super(epoch);
    }

    static Branch of(long epoch, Node left, byte[] bound, Node right) {
        return of(epoch, new Node[] {left, right}, new byte[][] {bound});
    }

    static Branch of(long epoch, Node[] children, byte[][] bounds) {
        Branch branch = new Branch(epoch);
        branch.children = children;
        branch.bounds = bounds;
        branch.count = children.length;
        branch.rebuildHeads();
        branch.sumUp();
        return branch;
    }

    Branch owned(long writerEpoch) {
        if (epoch == writerEpoch) {
            return this;
        }
        Branch copy = new Branch(writerEpoch);
        copy.copySums(this);
        copy.children = Arrays.copyOf(children, count + 1);
        copy.bounds = Arrays.copyOf(bounds, count);
        copy.heads = heads; // replaced as a whole, never changed
        copy.prefix = prefix;
        copy.count = count;
        return copy;
    }

    @Override
    int count() {
        return count;
    }

    Node child(int i) {
        return children[i];
    }

    byte[] bound(int i) {
        return bounds[i];
    }

    private void rebuildHeads() {
        int last = count - 2;
        prefix = last < 0 ? 0 : Heads.common(bounds[0], bounds[last]);
        heads = new long[count - 1];
        for (int i = 0; i <= last; i++) {
            heads[i] = Heads.of(bounds[i], prefix, bounds[i].length);
        }
    }

    /** The child that has a key, if any has. */
    int childOf(byte[] key) {
        if (count == 1) {
            return 0;
        }
        int order = Arrays.compareUnsigned(key, 0, Math.min(prefix, key.length), bounds[0], 0, prefix);
        if (order != 0) {
            return order < 0 ? 0 : count - 1;
        }
        return search(key, Heads.of(key, prefix, key.length));
    }

    private int search(byte[] key, long head) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            int order = Long.compareUnsigned(head, heads[middle]);
            if (order == 0) {
                order = Arrays.compareUnsigned(key, bounds[middle]);
            }
            if (order < 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    void replace(int i, Node child) {
        children[i] = child;
    }

    /** Puts a child behind child i. */
    void insert(int i, byte[] bound, Node child) {
        if (count == children.length) {
            children = Arrays.copyOf(children, count + count / 2 + 1);
            bounds = Arrays.copyOf(bounds, children.length - 1);
        }
        System.arraycopy(children, i + 1, children, i + 2, count - i - 1);
        System.arraycopy(bounds, i, bounds, i + 1, count - 1 - i);
        children[i + 1] = child;
        bounds[i] = bound;
        count++;
        rebuildHeads();
    }

    void remove(int i) {
        int bound = Math.max(0, i - 1);
        System.arraycopy(children, i + 1, children, i, count - i - 1);
        if (count > 1) {
            System.arraycopy(bounds, bound + 1, bounds, bound, count - 2 - bound);
            bounds[count - 2] = null;
        }
        children[--count] = null;
        if (count > 0) {
            rebuildHeads();
        }
    }

    Branch part(int from, int to) {
        return of(epoch, Arrays.copyOfRange(children, from, to), Arrays.copyOfRange(bounds, from, to - 1));
    }

    Branch join(byte[] bound, Branch next, long writerEpoch) {
        Node[] nodes = Arrays.copyOf(children, count + next.count);
        System.arraycopy(next.children, 0, nodes, count, next.count);
        byte[][] keys = Arrays.copyOf(bounds, nodes.length - 1);
        keys[count - 1] = bound;
        System.arraycopy(next.bounds, 0, keys, count, next.count - 1);
        return of(writerEpoch, nodes, keys);
    }

    void sumUp() {
        live = 0;
        stale = 0;
        newest = 0;
        for (int i = 0; i < count; i++) {
            live += children[i].live;
            stale += children[i].stale;
            newest = Math.max(newest, children[i].newest);
        }
    }

    /** JDK arrays alone: children, bounds. */
    Object[] park() {
        Object[] nodes = new Object[count];
        for (int i = 0; i < count; i++) {
            nodes[i] = Nodes.park(children[i]);
        }
        return new Object[] {nodes, Arrays.copyOf(bounds, count - 1)};
    }

    static Branch unpark(Object[] parked) {
        Object[] nodes = (Object[]) parked[0];
        Node[] children = new Node[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            children[i] = Nodes.unpark((Object[]) nodes[i]);
        }
        return of(0, children, (byte[][]) parked[1]);
    }
}
