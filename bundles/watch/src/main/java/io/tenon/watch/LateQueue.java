package io.tenon.watch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Late watchers that may be served now. The one that waits longest is next, and those whose cursors are near its own go with it: so nobody
 * starves, and a thousand watchers of one revision share a pass.
 */
final class LateQueue {
    private final Set<Watcher> inOrder = new LinkedHashSet<>();
    private final TreeSet<Watcher> byCursor = new TreeSet<>(Comparator.comparingLong(Watcher::cursor)
            .thenComparingLong(watcher -> watcher.stream().number()).thenComparingLong(watcher -> watcher.spec().id()));

    /** The cursor must not change until the watcher is removed or taken. */
    void add(Watcher watcher) {
        inOrder.add(watcher);
        byCursor.add(watcher);
    }

    boolean remove(Watcher watcher) {
        return inOrder.remove(watcher) && byCursor.remove(watcher);
    }

    boolean isEmpty() {
        return inOrder.isEmpty();
    }

    /** Takes the next watchers out, the first of them first. */
    List<Watcher> take() {
        List<Watcher> group = new ArrayList<>();
        Watcher first = inOrder.iterator().next();
        remove(first);
        group.add(first);
        long end = first.cursor() + WatchLimits.MOST_PASS_REVISIONS;
        Watcher next = byCursor.higher(first);
        while (next != null && next.cursor() < end && group.size() < WatchLimits.MOST_PASS_WATCHERS) {
            remove(next);
            group.add(next);
            next = byCursor.higher(first);
        }
        return group;
    }
}
