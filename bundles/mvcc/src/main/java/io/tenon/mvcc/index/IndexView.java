package io.tenon.mvcc.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The index as it was when it was frozen. Any number of threads. An empty {@code to} means no upper bound; a range whose end is not above
 * its start is empty.
 */
public final class IndexView {
    private static final byte[] UNBOUNDED = new byte[0];
    private final Node root;

    IndexView(Node root) {
        this.root = root;
    }

    /** An index without keys. */
    public static IndexView empty() {
        return new IndexView(new Leaf(0));
    }

    /** Receives the keys of a range in ascending order. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * @param found valid during this call
         * @return false to stop
         */
        boolean key(KeyVersion found);
    }

    /** Finds the version of a key that was valid at a revision. False when it had none then; {@code into} is undefined in that case. */
    public boolean find(byte[] key, long atRevision, KeyVersion into) {
        Leaf leaf = leafOf(key);
        int i = leaf.find(key);
        if (i < 0) {
            return false;
        }
        Run run = new Run();
        if (!seek(leaf, i, atRevision, run)) {
            return false;
        }
        into.set(run);
        into.key(leaf.block(), leaf.keyStart(i), leaf.keyLength(i));
        return true;
    }

    /** Visits the keys of {@code [from, to)} that had a value at a revision. */
    public void scan(byte[] from, byte[] to, long atRevision, Visitor visitor) {
        new Scan(to, atRevision, visitor).visit(root, from);
    }

    /** Number of keys in {@code [from, to)} that had a value at a revision. Logarithmic while nothing in the range changed since. */
    public long count(byte[] from, byte[] to, long atRevision) {
        if (to.length > 0 && Arrays.compareUnsigned(from, to) >= 0) {
            return 0;
        }
        return count(root, from, to, atRevision);
    }

    /** All kept revisions of a key, newest first. */
    public List<RevisionRow> revisions(byte[] key) {
        List<RevisionRow> revisions = new ArrayList<>();
        Leaf leaf = leafOf(key);
        int i = leaf.find(key);
        if (i >= 0) {
            collect(leaf.open(i, new Run()), revisions);
            Chunk[] chunks = leaf.hasHistory(i) ? leaf.history(i).chunks() : new Chunk[0];
            for (int c = chunks.length - 1; c >= 0; c--) {
                collect(new Run().open(chunks[c].run(), 0), revisions);
            }
        }
        return revisions;
    }

    /** Keys that have a value now. */
    public long size() {
        return root.live;
    }

    private Leaf leafOf(byte[] key) {
        Node node = root;
        while (node instanceof Branch branch) {
            node = branch.child(branch.childOf(key));
        }
        return (Leaf) node;
    }

    private static void collect(Run run, List<RevisionRow> into) {
        do {
            into.add(new RevisionRow(run.main(), run.sub(), run.tombstone()));
        } while (run.older());
    }

    /** Goes to the version of key i valid at a revision; false when there is none. */
    private static boolean seek(Leaf leaf, int i, long atRevision, Run run) {
        boolean found = leaf.open(i, run).seek(atRevision)
                || leaf.hasHistory(i) && leaf.history(i).seek(atRevision, run);
        return found && !run.tombstone();
    }

    private static long count(Node node, byte[] from, byte[] to, long atRevision) {
        boolean whole = from.length == 0 && to.length == 0;
        if (whole && node.newest <= atRevision) {
            return node.live;
        }
        return switch (node) {
            case Leaf leaf -> countLeaf(leaf, from, to, atRevision);
            case Branch branch -> countBranch(branch, from, to, atRevision);
        };
    }

    private static long countBranch(Branch branch, byte[] from, byte[] to, long atRevision) {
        int first = branch.childOf(from);
        int last = to.length == 0 ? branch.count() - 1 : branch.childOf(to);
        long count = 0;
        for (int i = first; i <= last; i++) {
            count += count(branch.child(i), i == first ? from : UNBOUNDED, i == last ? to : UNBOUNDED, atRevision);
        }
        return count;
    }

    private static long countLeaf(Leaf leaf, byte[] from, byte[] to, long atRevision) {
        int end = to.length == 0 ? leaf.count() : leaf.ceiling(to);
        long count = 0;
        Run run = new Run();
        for (int i = leaf.ceiling(from); i < end; i++) {
            count += seek(leaf, i, atRevision, run) ? 1 : 0;
        }
        return count;
    }

    Node root() {
        return root;
    }

    /** One pass over a range. */
    private static final class Scan {
        private final byte[] to;
        private final long atRevision;
        private final Visitor visitor;
        private final Run run = new Run();
        private final KeyVersion found = new KeyVersion();

        Scan(byte[] to, long atRevision, Visitor visitor) {
            this.to = to;
            this.atRevision = atRevision;
            this.visitor = visitor;
        }

        /** False when the scan is over. */
        boolean visit(Node node, byte[] from) {
            return switch (node) {
                case Leaf leaf -> visitLeaf(leaf, from);
                case Branch branch -> visitBranch(branch, from);
            };
        }

        private boolean visitBranch(Branch branch, byte[] from) {
            int first = branch.childOf(from);
            for (int i = first; i < branch.count(); i++) {
                if (!visit(branch.child(i), i == first ? from : UNBOUNDED)) {
                    return false;
                }
            }
            return true;
        }

        private boolean visitLeaf(Leaf leaf, byte[] from) {
            int end = to.length == 0 ? leaf.count() : leaf.ceiling(to);
            for (int i = leaf.ceiling(from); i < end; i++) {
                if (seek(leaf, i, atRevision, run)) {
                    found.set(run);
                    found.key(leaf.block(), leaf.keyStart(i), leaf.keyLength(i));
                    if (!visitor.key(found)) {
                        return false;
                    }
                }
            }
            return end == leaf.count();
        }
    }
}
