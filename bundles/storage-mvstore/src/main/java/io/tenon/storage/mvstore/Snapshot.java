package io.tenon.storage.mvstore;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.mvstore.MVStore;

/** The store at one commit: the roots of its maps, and a hold on the pages below them. Made by the owner, shared by all views of it. */
final class Snapshot {
    private final Store store;
    private final LogMark applied;
    private final Map<Bucket, Tree> trees = new EnumMap<>(Bucket.class);
    private final MVStore.TxCounter state;
    private final AtomicBoolean kept = new AtomicBoolean(true);
    /** The session, while this is its newest, and views. 0 is final. */
    private final AtomicInteger holders = new AtomicInteger(1);
    private final Runnable onUnused;

    /**
     * Between two commits.
     *
     * @param onUnused told once, by any thread, when nobody holds this any more
     */
    Snapshot(Store store, LogMark applied, Gate gate, Runnable onUnused) {
        this.store = store;
        this.applied = applied;
        this.onUnused = onUnused;
        state = store.keepState();
        for (Bucket bucket : Bucket.values()) {
            trees.put(bucket, new Tree(store, store.map(bucket).getRootPage(), gate));
        }
    }

    LogMark applied() {
        return applied;
    }

    Tree tree(Bucket bucket) {
        return trees.get(bucket);
    }

    Store store() {
        return store;
    }

    boolean acquire() {
        int now = holders.get();
        while (now > 0) {
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holders.get();
        }
        return false;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            revoke();
            onUnused.run();
        }
    }

    /** Lets the store reuse the pages, whoever still holds this. */
    void revoke() {
        if (kept.compareAndSet(true, false)) {
            store.dropState(state);
        }
    }
}
