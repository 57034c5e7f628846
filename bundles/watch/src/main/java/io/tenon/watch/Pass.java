package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.RefusedException;
import io.tenon.api.kv.KeyHistory;
import io.tenon.watch.WatcherSpec.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One reading of a piece of the past for many watchers at once. Runs on a worker, or on the loop when all is in memory: it only reads what
 * never changes of a watcher, and works on copies of the rest.
 */
final class Pass {
    private final PastReader past;
    private final List<Member> members;
    private final KeyIndex<Member> index = new KeyIndex<>();
    private long compactRevision = -1;
    private int collected;

    /** A watcher as it was when the pass began. */
    static final class Member extends Ranged {
        private final Watcher watcher;
        private final long cursor;
        private final List<ByteString> events = new ArrayList<>();

        Member(Watcher watcher) {
            super(watcher.range());
            this.watcher = watcher;
            cursor = watcher.cursor();
        }

        /** For the loop alone. */
        Watcher watcher() {
            return watcher;
        }

        long cursor() {
            return cursor;
        }

        List<ByteString> events() {
            return events;
        }

        private boolean wants(EncodedChange change, long revision) {
            return revision >= cursor && watcher.wants(change.change().type());
        }
    }

    /**
     * @param nextRevision    where the members go on, but for those compacted
     * @param current         the newest revision when this was read
     * @param compactRevision members below it are compacted
     */
    record Outcome(List<Member> members, long nextRevision, long current, long compactRevision) {
    }

    Pass(PastReader past, List<Watcher> watchers) {
        this.past = past;
        members = watchers.stream().map(Member::new).toList();
    }

    /** Reads the log before a revision; the log was seen to reach back to the first member. */
    Outcome readLog(long toExclusive) {
        members.forEach(index::add);
        long revision = firstCursor();
        long end = Math.min(toExclusive, revision + WatchLimits.MOST_PASS_REVISIONS);
        long sizeBytes = 0;
        while (revision < end && sizeBytes < WatchLimits.MOST_PASS_BYTES && collected < WatchLimits.MOST_PASS_EVENTS) {
            Optional<LoggedRevision> logged = past.log().find(revision);
            if (logged.isEmpty()) {
                break;
            }
            match(logged.get());
            sizeBytes += logged.get().sizeBytes();
            revision++;
        }
        return new Outcome(members, revision, past.log().published(), compactRevision);
    }

    /** Reads history. Blocks: workers alone. */
    Outcome readHistory() {
        while (true) {
            long before = compactRevision;
            compactRevision = past.history().compactRevision();
            try {
                return read(firstCursor());
            } catch (RefusedException e) {
                // Compacted between the two looks: look again. A refusal that nothing explains is for a later try.
                if (!e.refusal().equals(Refusals.COMPACTED) || compactRevision == before) {
                    throw e;
                }
            }
        }
    }

    private Outcome read(long from) {
        if (from == Long.MAX_VALUE) {
            return new Outcome(members, 0, past.history().revision(), compactRevision);
        }
        KeyHistory.Page page = past.history().read(from, WatchLimits.MOST_PASS_REVISIONS, WatchLimits.MOST_PASS_BYTES);
        if (page.nextRevision() <= from) {
            // Readers do not see this revision yet, though it was said to be visible: history is being replaced.
            throw Refusals.FUTURE_REVISION.asException();
        }
        members.stream().filter(this::live).forEach(index::add);
        page.revisions().forEach(revision -> match(new LoggedRevision(revision.revision(), revision.changes())));
        return new Outcome(members, page.nextRevision(), page.current(), compactRevision);
    }

    private boolean live(Member member) {
        return member.cursor >= compactRevision;
    }

    private long firstCursor() {
        return members.stream().filter(this::live).mapToLong(Member::cursor).min().orElse(Long.MAX_VALUE);
    }

    private void match(LoggedRevision revision) {
        revision.forEach(change -> index.match(change.key(), member -> collect(member, change, revision.revision())));
    }

    private void collect(Member member, EncodedChange change, long revision) {
        if (!member.wants(change, revision)) {
            return;
        }
        collected++;
        if (!member.watcher.spec().has(Trait.PREVIOUS)) {
            member.events.addAll(change.plain());
            return;
        }
        if (!change.previousKnown()) {
            change.previous(past.history().valueBefore(change.key(), revision));
        }
        member.events.addAll(change.withPrevious());
    }
}
