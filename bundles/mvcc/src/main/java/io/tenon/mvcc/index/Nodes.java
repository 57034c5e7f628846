package io.tenon.mvcc.index;

/** What is the same for both kinds of nodes: how trees are parked between two versions of the bundle. */
final class Nodes {

    private Nodes() {
    }

    static Object[] park(Node node) {
        return switch (node) {
            case Leaf leaf -> leaf.park();
            case Branch branch -> branch.park();
        };
    }

    static Node unpark(Object[] parked) {
        return parked[0] instanceof byte[] ? Leaf.unpark(parked) : Branch.unpark(parked);
    }
}
