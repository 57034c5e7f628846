package io.tenon.mvcc.index;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The index's writer. Owned by the apply loop. Changes are seen at once through {@link #current()}, and by other threads only after
 * {@link #freeze()}.
 */
public final class KeyIndex {
    /** Older revisions of a key that stay in its leaf; when there are more, all move to a chunk of its history. */
    static final int MOST_INLINE = 24;
    private Node root;
    private long epoch = 1;
    private boolean frozen;
    private IndexView view;
    private final Run run = new Run();
    private final Sweep sweep = new Sweep();
    private byte[] scratch = new byte[256];
    // What the change that is going on did below; read on the way back to the root.
    private int liveChange;
    private int staleChange;
    private Node right;
    private byte[] rightBound;

    public KeyIndex() {
        this(new Leaf(0));
    }

    private KeyIndex(Node root) {
        this.root = root;
        view = new IndexView(root);
    }

    /** The keys and revisions now; for the writer's own thread, until the next change. */
    public IndexView current() {
        if (view.root() != root) {
            view = new IndexView(root);
        }
        return view;
    }

    /** Makes the tree as it is now one that never changes, for any thread. */
    public IndexView freeze() {
        if (!frozen) {
            epoch++;
            frozen = true;
        }
        return current();
    }

    /** Adds a put. {@code after} gets what it made: creation and version. Revisions of a key must ascend. */
    public void put(byte[] key, long main, long sub, KeyVersion after) {
        change(key, new Change(main, sub, Change.DERIVED, 0, after));
    }

    /** Adds a tombstone. False, and nothing is changed, when the key has no value. */
    public boolean remove(byte[] key, long main, long sub) {
        if (!current().find(key, Long.MAX_VALUE, new KeyVersion())) {
            return false;
        }
        change(key, new Change(main, sub, Change.TOMBSTONE, 0, new KeyVersion()));
        return true;
    }

    /**
     * Adds a put as a stored row tells it; rows come in order of their revisions.
     *
     * @throws IllegalStateException it does not follow from the rows before
     */
    public void restorePut(byte[] key, RevisionRow row, long created, long version) {
        change(key, new Change(row.main(), row.sub(), created, version, new KeyVersion()));
    }

    /** Adds a tombstone as a stored row tells it. What it ended may be compacted. */
    public void restoreTombstone(byte[] key, RevisionRow row) {
        change(key, new Change(row.main(), row.sub(), Change.TOMBSTONE, 0, new KeyVersion()));
    }

    /**
     * Forgets a bounded number of revisions that no reader at {@code revision} or above can see. Of each key the newest one not above it
     * stays, unless that is a tombstone below it; older ones go first, so that an interrupted compaction leaves a proper index.
     *
     * @param from where to begin: an empty array, or what the call before returned
     * @param most about how many revisions to forget
     * @return the key to go on with; empty when all were seen
     */
    public Optional<byte[]> compact(byte[] from, long revision, int most, DropVisitor dropped) {
        frozen = false;
        root = sweep.run(root, epoch, new Sweep.Order(from, revision, most, dropped));
        while (root instanceof Branch branch && branch.count() <= 1) {
            root = branch.count() == 0 ? new Leaf(epoch) : branch.child(0);
        }
        return sweep.next();
    }

    /** JDK arrays alone. */
    public Object[] park() {
        return Nodes.park(root);
    }

    public static KeyIndex unpark(Object[] parked) {
        return new KeyIndex(Nodes.unpark(parked));
    }

    /** One change that goes down the tree. */
    private record Change(long main, long sub, long created, long version, KeyVersion after) {
        /** As {@link #created}: from what is there. */
        static final long DERIVED = -1;
        static final long TOMBSTONE = -2;

        boolean tombstone() {
            return created == TOMBSTONE;
        }

        boolean derived() {
            return created == DERIVED;
        }
    }

    private void change(byte[] key, Change change) {
        frozen = false;
        right = null;
        root = change(root, key, change);
        if (right != null) {
            root = Branch.of(epoch, root, rightBound, right);
            right = null;
        }
    }

    private Node change(Node node, byte[] key, Change change) {
        return switch (node) {
            case Leaf leaf -> changeLeaf(leaf.owned(epoch), key, change);
            case Branch branch -> changeBranch(branch.owned(epoch), key, change);
        };
    }

    private Node changeBranch(Branch branch, byte[] key, Change change) {
        int i = branch.childOf(key);
        branch.replace(i, change(branch.child(i), key, change));
        adjustSums(branch, change.main);
        if (right == null) {
            return branch;
        }
        branch.insert(i, rightBound, right);
        right = null;
        if (branch.count() <= Branch.MOST_CHILDREN) {
            return branch;
        }
        int middle = i + 2 == branch.count() ? branch.count() - 1 : branch.count() / 2;
        right = branch.part(middle, branch.count());
        rightBound = branch.bound(middle - 1);
        return branch.part(0, middle);
    }

    private Node changeLeaf(Leaf leaf, byte[] key, Change change) {
        liveChange = 0;
        staleChange = 0;
        int i = leaf.find(key);
        if (i >= 0) {
            addRevision(leaf, i, change);
        } else {
            i = -(i + 1);
            addKey(leaf, i, key, change);
        }
        adjustSums(leaf, change.main);
        if (!leaf.overflows()) {
            return leaf;
        }
        int place = leaf.splitPlace(i);
        right = leaf.part(place, leaf.count());
        rightBound = leaf.key(place);
        return leaf.part(0, place);
    }

    private void adjustSums(Node node, long main) {
        node.live += liveChange;
        node.stale += staleChange;
        node.newest = Math.max(node.newest, main);
    }

    private void addKey(Leaf leaf, int i, byte[] key, Change change) {
        Run.Revised first = change.tombstone() ? new Run.Revised(change.main, change.sub, change.main, 0, true)
                : change.derived() ? new Run.Revised(change.main, change.sub, change.main, 1, false)
                : new Run.Revised(change.main, change.sub, change.created, change.version, false);
        leaf.insert(i, key, scratch, Run.writeHead(scratch, 0, first, 0));
        liveChange = first.tombstone() ? 0 : 1;
        staleChange = first.tombstone() ? 1 : 0;
        change.after.set(first.main(), first.sub(), first.created(), first.version());
    }

    private void addRevision(Leaf leaf, int i, Change change) {
        leaf.open(i, run);
        Run.Revised next = following(leaf, i, change);
        boolean wasLive = !run.tombstone();
        staleChange = Leaf.isStale(run, leaf.hasHistory(i)) ? 0 : 1;
        liveChange = (next.tombstone() ? 0 : 1) - (wasLive ? 1 : 0);
        if (run.remaining() >= MOST_INLINE) {
            spill(leaf, i);
            leaf.replaceRun(i, scratch, Run.writeHead(scratch, 0, next, 0));
        } else {
            leaf.replaceRun(i, scratch, prepend(leaf, i, next));
        }
        change.after.set(next.main(), next.sub(), next.created(), next.version());
    }

    /** Writes the run with one more revision in front to the scratch block; returns its length. */
    private int prepend(Leaf leaf, int i, Run.Revised next) {
        int from = run.place();
        int rest = leaf.end(i) - from;
        int most = rest + Run.HEAD_BYTES + Run.OLDER_BYTES;
        if (scratch.length < most) {
            scratch = new byte[most * 2];
        }
        int at = Run.writeHead(scratch, 0, next, run.remaining() + 1);
        at = run.writeAsOlder(scratch, at, next.main());
        System.arraycopy(leaf.block(), from, scratch, at, rest);
        return at + rest;
    }

    private static void spill(Leaf leaf, int i) {
        Chunk chunk = leaf.chunk(i);
        leaf.history(i, leaf.hasHistory(i) ? leaf.history(i).with(chunk) : History.of(chunk));
    }

    /** What a change makes of the revision that {@link #run} stands at. */
    private Run.Revised following(Leaf leaf, int i, Change change) {
        if (change.main < run.main()) {
            throw broken(leaf, i, change);
        }
        if (change.tombstone()) {
            return new Run.Revised(change.main, change.sub, run.created(), run.version(), true);
        }
        long created = run.tombstone() ? change.main : run.created();
        long version = run.tombstone() ? 1 : run.version() + 1;
        if (!change.derived() && (change.created != created || change.version != version)) {
            throw broken(leaf, i, change);
        }
        return new Run.Revised(change.main, change.sub, created, version, false);
    }

    private IllegalStateException broken(Leaf leaf, int i, Change change) {
        return new IllegalStateException("key " + new String(leaf.key(i), StandardCharsets.ISO_8859_1) + ": revision "
                + change.main + "/" + change.sub + " (created " + change.created + ", version " + change.version + ") does not follow "
                + run.main() + "/" + run.sub() + " (created " + run.created() + ", version " + run.version()
                + (run.tombstone() ? ", deleted)" : ")"));
    }

    /** Receives what compaction forgets. */
    @FunctionalInterface
    public interface DropVisitor {

        void dropped(long main, long sub, boolean tombstone);
    }
}
