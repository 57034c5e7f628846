package io.tenon.mvcc.index;

import java.util.Arrays;
import java.util.Optional;

/**
 * One bounded slice of a compaction. Subtrees in which no key has anything to forget are passed over by their sums, so the cost follows
 * the changes since the last compaction and not the number of keys.
 */
final class Sweep {
    /** A slice also ends after looking at so many keys per revision it may forget. */
    private static final int KEYS_PER_REVISION = 16;
    /** Neighbours that together are this full become one. */
    private static final int JOIN_KEYS = Leaf.MOST_KEYS * 3 / 4;
    private static final int JOIN_BYTES = Leaf.MOST_BYTES / 2;

    private final Run run = new Run();
    private byte[] scratch = new byte[256];
    private long epoch;
    private Order order;
    private int dropsLeft;
    private int looksLeft;
    private byte[] next;

    /** What to do. */
    record Order(byte[] from, long revision, int most, KeyIndex.DropVisitor dropped) {
    }

    /** Returns the root after it. */
    Node run(Node root, long writerEpoch, Order what) {
        epoch = writerEpoch;
        order = what;
        dropsLeft = what.most();
        looksLeft = what.most() * KEYS_PER_REVISION;
        next = null;
        return sweep(root);
    }

    /** Where the next slice begins; empty when the last key was seen. */
    Optional<byte[]> next() {
        return Optional.ofNullable(next);
    }

    private Node sweep(Node node) {
        if (node.stale == 0) {
            return node;
        }
        return switch (node) {
            case Leaf leaf -> sweepLeaf(leaf);
            case Branch branch -> sweepBranch(branch);
        };
    }

    private Node sweepBranch(Branch branch) {
        Branch own = branch;
        for (int i = branch.childOf(order.from()); i < own.count() && next == null; i++) {
            Node before = own.child(i);
            Node after = sweep(before);
            if (after == before && after.epoch != epoch) {
                continue;
            }
            own = own.owned(epoch);
            own.replace(i, after);
            if (after.count() == 0) {
                own.remove(i--);
            } else if (i > 0 && joinable(own.child(i - 1), after)) {
                own.replace(i - 1, join(own.child(i - 1), own.bound(i - 1), after));
                own.remove(i--);
            }
        }
        if (own.epoch == epoch) {
            own.sumUp();
        }
        return own;
    }

    private static boolean joinable(Node left, Node right) {
        int together = left.count() + right.count();
        return together <= JOIN_KEYS
                && !(left instanceof Leaf a && right instanceof Leaf b && a.used() + b.used() > JOIN_BYTES);
    }

    private Node join(Node left, byte[] bound, Node right) {
        return switch (left) {
            case Leaf leaf -> leaf.join((Leaf) right, epoch);
            case Branch branch -> branch.join(bound, (Branch) right, epoch);
        };
    }

    private Node sweepLeaf(Leaf leaf) {
        Leaf own = leaf;
        int i = leaf.ceiling(order.from());
        while (i < own.count()) {
            if (dropsLeft <= 0 || looksLeft-- <= 0) {
                next = own.key(i);
                break;
            }
            int drops = drops(own, i);
            if (drops == 0) {
                i++;
            } else {
                own = own.owned(epoch);
                dropOldest(own, i, Math.min(drops, dropsLeft)); // and look at the same key again
            }
        }
        if (own.epoch == epoch) {
            own.sumUp();
        }
        return own;
    }

    /** How many revisions of the oldest run of a key are to be forgotten. When that is 0, no newer run has any to forget. */
    private int drops(Leaf leaf, int i) {
        leaf.open(i, run);
        if (!leaf.hasHistory(i)) {
            int total = run.remaining() + 1;
            return total - kept(total);
        }
        History history = leaf.history(i);
        Chunk oldest = history.oldest();
        if (oldestOfNext(history) <= order.revision()) {
            return oldest.count();
        }
        run.open(oldest.run(), 0);
        return oldest.count() - kept(oldest.count());
    }

    /** The oldest revision of the run that follows the oldest one; {@link #run} stands at the newest of the leaf. */
    private long oldestOfNext(History history) {
        if (history.single()) {
            run.seek(Long.MIN_VALUE);
        }
        return history.oldestAfterFirst(run.main());
    }

    /** How many revisions of the run that is open stay: those above, and the newest one not above unless it is a tombstone below. */
    private int kept(int total) {
        int above = 0;
        while (run.main() > order.revision()) {
            above++;
            if (!run.older()) {
                return total;
            }
        }
        return run.tombstone() && run.main() < order.revision() ? above : above + 1;
    }

    private void dropOldest(Leaf leaf, int i, int drops) {
        dropsLeft -= drops;
        if (!leaf.hasHistory(i)) {
            leaf.open(i, run);
            int kept = run.remaining() + 1 - drops;
            report(kept, drops);
            if (kept == 0) {
                leaf.remove(i);
            } else {
                leaf.replaceRun(i, scratch, truncate(leaf.block(), leaf.runStart(i), kept));
            }
            return;
        }
        History history = leaf.history(i);
        Chunk oldest = history.oldest();
        run.open(oldest.run(), 0);
        report(oldest.count() - drops, drops);
        if (drops < oldest.count()) {
            int length = truncate(oldest.run(), 0, oldest.count() - drops);
            leaf.history(i, history.withOldest(Chunk.of(Arrays.copyOf(scratch, length))));
        } else if (history.single()) {
            leaf.dropHistory(i);
        } else {
            leaf.history(i, history.withoutOldest());
        }
    }

    /** Tells of the oldest revisions of the run that is open, oldest first. */
    private void report(int skip, int drops) {
        for (int k = 0; k < skip; k++) {
            run.older();
        }
        RevisionRow[] rows = new RevisionRow[drops];
        for (int k = drops - 1; k >= 0; k--) {
            rows[k] = new RevisionRow(run.main(), run.sub(), run.tombstone());
            run.older();
        }
        for (RevisionRow row : rows) {
            order.dropped().dropped(row.main(), row.sub(), row.tombstone());
        }
    }

    /** Writes the newest revisions of a run to the scratch block; returns their length. */
    private int truncate(byte[] bytes, int at, int kept) {
        run.open(bytes, at);
        Run.Revised newest = Run.Revised.of(run);
        int from = run.place();
        for (int k = 1; k < kept; k++) {
            run.older();
        }
        int rest = run.place() - from;
        if (scratch.length < rest + Run.HEAD_BYTES) {
            scratch = new byte[rest * 2 + Run.HEAD_BYTES];
        }
        int head = Run.writeHead(scratch, 0, newest, kept - 1);
        System.arraycopy(bytes, from, scratch, head, rest);
        return head + rest;
    }
}
