package io.tenon.mvcc;

import io.tenon.mvcc.index.KeyVersion;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The revisions that the index finds for a span, and then their rows. Used once, by one thread. */
final class Hits {
    /** From so many on, the order of fetching rows matters. */
    private static final int MANY = 32;
    private final MvccView view;
    private final Span span;
    private final long atRevision;
    private long[] mains = new long[16];
    private long[] subs = new long[16];
    private int size;
    private boolean complete = true;

    Hits(MvccView view, Span span, long atRevision) {
        this.view = view;
        this.span = span;
        this.atRevision = atRevision;
    }

    /** Finds up to this many keys. */
    void collect(long most) {
        view.scan(span, atRevision, found -> {
            if (size >= most) {
                complete = false;
                return false;
            }
            add(found.main(), found.sub());
            return true;
        });
    }

    private void add(long main, long sub) {
        if (size == mains.length) {
            mains = Arrays.copyOf(mains, size * 2);
            subs = Arrays.copyOf(subs, size * 2);
        }
        mains[size] = main;
        subs[size++] = sub;
    }

    int size() {
        return size;
    }

    /** Keys the span has, those that were not collected included. */
    long count() {
        return complete ? size : view.count(span, atRevision);
    }

    /** Gives the rows in key order. */
    void forEachRow(Consumer<byte[]> consumer) {
        if (size >= MANY) {
            for (byte[] row : RowFetch.rows(view, mains, subs, size)) {
                consumer.accept(row);
            }
            return;
        }
        for (int i = 0; i < size; i++) {
            consumer.accept(view.row(mains[i], subs[i]));
        }
    }

    /** Gives the keys again, up to as many as were found, without a look at their rows. */
    void forEachKey(BiConsumer<byte[], KeyVersion> consumer) {
        int[] left = {size};
        view.scan(span, atRevision, (KeyVersion found) -> {
            if (left[0]-- <= 0) {
                return false;
            }
            consumer.accept(found.key(), found);
            return true;
        });
    }
}
