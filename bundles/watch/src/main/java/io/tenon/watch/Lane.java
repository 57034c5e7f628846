package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.watch.Watcher.Place;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Watchers that go along with the log together. A shard has two lanes: those who want previous values may have to wait for the disk, and
 * the others must not wait with them.
 *
 * <p>Each watcher in the index was told everything in {@code (its start, delivered]} and nothing beyond. A revision is delivered wholly in
 * one call: one reply per watcher, with the header of that revision. Owned by the loop of the shard.
 */
class Lane {
    private final EventLog log;
    private final Replies replies;
    private final Consumer<Watcher> onLate;
    private final KeyIndex<Watcher> index = new KeyIndex<>();
    /** Watchers of revisions to come: a watcher with cursor c joins when {@code delivered == c - 1}. */
    private final TreeMap<Long, List<Watcher>> waiting = new TreeMap<>();
    private final List<Watcher> touched = new ArrayList<>();
    private long delivered;

    /** @param onLate takes a watcher that can no longer go along; its cursor is set, and it is in no place */
    Lane(EventLog log, Replies replies, Consumer<Watcher> onLate) {
        this.log = log;
        this.replies = replies;
        this.onLate = onLate;
    }

    /** Everything up to here was told to the watchers in the index. */
    final long delivered() {
        return delivered;
    }

    final boolean watches(ByteString key) {
        boolean[] found = new boolean[1];
        index.match(key, watcher -> found[0] = true);
        return found[0];
    }

    final EventLog log() {
        return log;
    }

    /** Takes a watcher in, in no place so far. False when it needs what was delivered before: then it is late. */
    final boolean admit(Watcher watcher, long nextRevision) {
        if (nextRevision <= delivered) {
            return false;
        }
        if (nextRevision == delivered + 1) {
            watcher.place(Place.SYNCED, nextRevision);
            index.add(watcher);
        } else {
            watcher.place(Place.WAITING, nextRevision);
            waiting.computeIfAbsent(nextRevision, revision -> new ArrayList<>(1)).add(watcher);
        }
        return true;
    }

    /** Lets go of a watcher that is synced or waits here. */
    final void remove(Watcher watcher) {
        long cursor = watcher.cursor();
        if (watcher.whereabouts() == Place.SYNCED) {
            index.remove(watcher);
        } else {
            List<Watcher> others = waiting.get(cursor);
            others.remove(watcher);
            if (others.isEmpty()) {
                waiting.remove(cursor);
            }
        }
        watcher.place(Place.NOWHERE, cursor);
    }

    /** Tells the watchers, up to a revision that readers see. Returns the work done; stops early beyond the limit of a step. */
    final int deliver(long upTo) {
        int work = 0;
        while (delivered < upTo && work < WatchLimits.WORK_PER_STEP) {
            int done = index.isEmpty() ? skip(upTo) : deliverNext(upTo);
            if (done == 0) {
                break;
            }
            work += done;
        }
        return work;
    }

    /** Moves on to a revision if nobody listens before it. */
    final void skipIdle(long upTo) {
        if (index.isEmpty() && delivered < upTo) {
            skip(upTo);
        }
    }

    /** Nobody listens before the first waiting watcher, so there is nothing to look at. */
    private int skip(long upTo) {
        long target = waiting.isEmpty() ? upTo : Math.min(upTo, waiting.firstKey() - 1);
        moveTo(target);
        return 1;
    }

    private int deliverNext(long upTo) {
        LoggedRevision revision = log.find(delivered + 1).orElse(null);
        if (revision == null) {
            return fallBehind(upTo);
        }
        if (!ready(revision, upTo)) {
            return 0;
        }
        for (int i = 0; i < revision.changeCount(); i++) {
            EncodedChange change = revision.change(i);
            index.match(change.key(), watcher -> collect(watcher, change));
        }
        int told = touched.size();
        tell(revision.revision());
        moveTo(revision.revision());
        return 1 + told;
    }

    private void collect(Watcher watcher, EncodedChange change) {
        if (watcher.wants(change.change().type()) && watcher.collect(events(change))) {
            touched.add(watcher);
        }
    }

    private void tell(long revision) {
        if (touched.isEmpty()) {
            return;
        }
        ResponseHeader header = replies.header(revision);
        for (Watcher watcher : touched) {
            List<ByteString> events = watcher.takeBatch();
            if (watcher.stream().blocked()) {
                index.remove(watcher);
                watcher.place(Place.NOWHERE, revision);
                onLate.accept(watcher);
            } else {
                watcher.stream().send(Replies.events(watcher, header, events));
                watcher.told();
            }
        }
        touched.clear();
    }

    private void moveTo(long revision) {
        delivered = revision;
        while (!waiting.isEmpty() && waiting.firstKey() <= delivered + 1) {
            Map.Entry<Long, List<Watcher>> due = waiting.pollFirstEntry();
            if (due.getKey() != delivered + 1) {
                throw new IllegalStateException("watchers of revision " + due.getKey() + " passed over at " + delivered);
            }
            for (Watcher watcher : due.getValue()) {
                watcher.place(Place.SYNCED, due.getKey());
                index.add(watcher);
            }
        }
    }

    /** The log does not reach back to the next revision (a long stall, or a snapshot came): all go on by reading history. */
    private int fallBehind(long upTo) {
        List<Watcher> behind = new ArrayList<>(index.count());
        index.forEach(behind::add);
        long first = delivered + 1;
        for (Watcher watcher : behind) {
            index.remove(watcher);
            watcher.place(Place.NOWHERE, first);
        }
        skip(upTo);
        behind.forEach(onLate);
        return behind.size();
    }

    /** Whether all that watchers want to know of a revision is in memory; called again at a later step when it was not. */
    boolean ready(LoggedRevision revision, long upTo) {
        return true;
    }

    /** The event as the watchers of this lane want it. */
    List<ByteString> events(EncodedChange change) {
        return change.plain();
    }
}
