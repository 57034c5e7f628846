package io.tenon.mvcc;

import io.tenon.spi.storage.Bucket;
import java.util.Arrays;

/**
 * Fetches the rows of many revisions. Keys that were written one after the other lie side by side in the store whatever their names, so
 * clusters of them are read by one scan each, and only lone ones one by one. Used once, by one thread.
 */
final class RowFetch {
    /** Revisions that lie no farther apart belong to one cluster: passing over a row costs far less than finding one. */
    private static final long MOST_GAP = 8;
    /** Smaller clusters are not worth a scan. */
    private static final int LEAST_CLUSTER = 8;
    private final MvccView view;
    private final long[] mains;
    private final long[] subs;
    private final byte[][] rows;
    private final long lowest;
    private final int positionBits;
    /** Distance to the lowest revision and, in the low bits, position of the hit; ascending. */
    private final long[] order;

    private RowFetch(MvccView view, long[] mains, long[] subs, int size) {
        this.view = view;
        this.mains = mains;
        this.subs = subs;
        rows = new byte[size][];
        lowest = Arrays.stream(mains, 0, size).min().orElse(0);
        positionBits = Integer.SIZE - Integer.numberOfLeadingZeros(size);
        order = new long[size];
        for (int i = 0; i < size; i++) {
            order[i] = Math.multiplyExact(mains[i] - lowest, 1L << positionBits) | i;
        }
        Arrays.sort(order);
    }

    /** The rows of puts that the index knows, in the order given. */
    static byte[][] rows(MvccView view, long[] mains, long[] subs, int size) {
        RowFetch fetch = new RowFetch(view, mains, subs, size);
        fetch.fetch();
        return fetch.rows;
    }

    private void fetch() {
        int from = 0;
        for (int i = 1; i <= order.length; i++) {
            if (i == order.length || main(i) - main(i - 1) > MOST_GAP) {
                fetch(from, i);
                from = i;
            }
        }
    }

    private int position(int i) {
        return (int) (order[i] & (1L << positionBits) - 1);
    }

    private long main(int i) {
        return lowest + (order[i] >>> positionBits);
    }

    private void fetch(int from, int to) {
        if (to - from >= LEAST_CLUSTER) {
            scan(from, to);
        }
        // Of a cluster that was scanned, only rows that are missing are left: this tells which.
        for (int i = from; i < to; i++) {
            int position = position(i);
            if (rows[position] == null) {
                rows[position] = view.row(mains[position], subs[position]);
            }
        }
    }

    private void scan(int from, int to) {
        int[] next = {from};
        view.rows().scan(Bucket.KEY, RowKeys.first(main(from)), RowKeys.first(main(to - 1) + 1), (rowKey, row) -> {
            long main = RowKeys.main(rowKey);
            while (next[0] < to && main(next[0]) < main) {
                next[0]++;
            }
            if (!RowKeys.isTombstone(rowKey)) {
                take(next[0], to, rowKey, row);
            }
            return next[0] < to;
        });
    }

    /** Gives a row to the hit it belongs to; those of one main revision are few. */
    private void take(int first, int to, byte[] rowKey, byte[] row) {
        long main = RowKeys.main(rowKey);
        long sub = RowKeys.sub(rowKey);
        for (int i = first; i < to && main(i) == main; i++) {
            if (subs[position(i)] == sub) {
                rows[position(i)] = row;
            }
        }
    }
}
