package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.api.kv.KeyHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The lane of watchers that want previous values. It looks ahead of what it delivers: values it has seen lately are at hand, the others are
 * read by a worker, many changes at a time, once per change for all its watchers. The lane waits meanwhile, and so keeps the order.
 */
final class PreviousLane extends Lane {
    private final KeyHistory history;
    private final Background background;
    private final PreviousValues values = new PreviousValues();
    /** Revisions up to here passed through {@link #values}. */
    private long seen;
    private boolean reading;

    PreviousLane(EventLog log, Replies replies, Consumer<Watcher> onLate, PastReader past) {
        super(log, replies, onLate);
        history = past.history();
        background = past.background();
    }

    @Override
    List<ByteString> events(EncodedChange change) {
        return change.withPrevious();
    }

    @Override
    boolean ready(LoggedRevision revision, long upTo) {
        lookAhead(upTo);
        if (unknown(revision).isEmpty()) {
            return true;
        }
        if (!reading) {
            read(unknownUpTo(seen));
        }
        return false;
    }

    private void lookAhead(long upTo) {
        if (seen < delivered()) {
            values.clear(); // revisions were delivered to nobody, and not looked at
            seen = delivered();
        }
        long end = Math.min(upTo, delivered() + WatchLimits.MOST_LOOKED_AHEAD);
        while (seen < end) {
            Optional<LoggedRevision> next = log().find(seen + 1);
            if (next.isEmpty()) {
                return;
            }
            next.get().forEach(this::look);
            seen++;
        }
    }

    private void look(EncodedChange change) {
        if (!watches(change.key())) {
            values.pass(change.change());
            return;
        }
        if (!change.previousKnown()) {
            Optional<ByteString> before = values.before(change.change());
            if (before.isPresent()) {
                change.previous(before);
            }
        }
        values.keep(change.change());
    }

    private List<Unknown> unknown(LoggedRevision revision) {
        List<Unknown> unknown = new ArrayList<>();
        revision.forEach(change -> {
            if (!change.previousKnown() && watches(change.key())) {
                unknown.add(new Unknown(change, revision.revision()));
            }
        });
        return unknown;
    }

    private List<Unknown> unknownUpTo(long last) {
        List<Unknown> unknown = new ArrayList<>();
        for (long revision = delivered() + 1; revision <= last; revision++) {
            log().find(revision).ifPresent(logged -> unknown.addAll(unknown(logged)));
        }
        return unknown;
    }

    private void read(List<Unknown> unknown) {
        reading = background.start(() -> {
            List<Optional<ByteString>> before = new ArrayList<>(unknown.size());
            for (Unknown change : unknown) {
                before.add(history.valueBefore(change.change.key(), change.revision));
            }
            return () -> learn(unknown, before);
        }, () -> reading = false);
    }

    private void learn(List<Unknown> unknown, List<Optional<ByteString>> before) {
        reading = false;
        for (int i = 0; i < before.size(); i++) {
            unknown.get(i).change.previous(before.get(i));
        }
    }

    private record Unknown(EncodedChange change, long revision) {
    }
}
