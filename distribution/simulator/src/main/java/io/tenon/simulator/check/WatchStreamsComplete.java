package io.tenon.simulator.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.simulator.Violation;
import io.tenon.simulator.model.Row;
import io.tenon.wire.mvccpb.Event;
import java.util.List;

/** One watcher sees every change of its keys from its first revision on, once and in order. Source: etcd's guarantees of watch. */
public final class WatchStreamsComplete {
    private final History history;
    private final ByteString from;
    private final ByteString to;
    /** Place in the history's changes of the next one to be seen, or of one before it that does not concern the watcher. */
    private int next;

    /** @param to empty for one key */
    public WatchStreamsComplete(History history, ByteString from, ByteString to, long firstRevision) {
        this.history = history;
        this.from = from;
        this.to = to;
        goTo(firstRevision);
    }

    /** A compaction took the changes before this revision from it. */
    public void goTo(long revision) {
        List<Row> changes = history.model().changes();
        while (next < changes.size() && changes.get(next).modRevision() < revision) {
            next++;
        }
    }

    private boolean concerns(Row row) {
        if (to.isEmpty()) {
            return row.key().equals(from);
        }
        var order = ByteString.unsignedLexicographicalComparator();
        return order.compare(row.key(), from) >= 0 && order.compare(row.key(), to) < 0;
    }

    /** Returns the revision of the last one. */
    public long seen(List<ByteString> events) {
        long last = 0;
        for (ByteString event : events) {
            last = seen(event);
        }
        return last;
    }

    private long seen(ByteString encoded) {
        Event event;
        try {
            event = Event.parseFrom(encoded);
        } catch (InvalidProtocolBufferException damaged) {
            throw new Violation(name(), "an event that cannot be read", damaged);
        }
        skipWhatDoesNotConcern();
        List<Row> changes = history.model().changes();
        if (next == changes.size()) {
            throw new Violation(name(), "a watcher sees revision %d of %s, which comes again or is not committed".formatted(event.getKv().getModRevision(),
                    event.getKv().getKey().toStringUtf8()));
        }
        Row expected = changes.get(next++);
        boolean same = expected.deleted() == (event.getType() == Event.EventType.DELETE) && expected.key().equals(event.getKv().getKey())
                && expected.modRevision() == event.getKv().getModRevision() && (expected.deleted() || expected.toKeyValue().equals(event.getKv()));
        if (!same) {
            throw new Violation(name(), "a watcher sees revision %d of %s, expected is revision %d of %s".formatted(event.getKv().getModRevision(),
                    event.getKv().getKey().toStringUtf8(), expected.modRevision(), expected.key().toStringUtf8()));
        }
        return expected.modRevision();
    }

    private void skipWhatDoesNotConcern() {
        List<Row> changes = history.model().changes();
        while (next < changes.size() && !concerns(changes.get(next))) {
            next++;
        }
    }

    /** True when nothing that is committed is still to be seen. */
    public boolean hasSeenAll() {
        skipWhatDoesNotConcern();
        return next == history.model().changes().size();
    }

    private static String name() {
        return "WatchStreamsComplete";
    }
}
