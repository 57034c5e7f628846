package io.tenon.chaos.judge;

import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.Note;
import io.tenon.chaos.history.Watched;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A watcher gets every change of its keys from its first revision to the end: all, in order, once. */
final class WatchJudge {
    private final Evidence evidence;
    private final Ledger ledger;
    private final List<Complaint> complaints = new ArrayList<>();

    WatchJudge(Evidence evidence, Ledger ledger) {
        this.evidence = evidence;
        this.ledger = ledger;
    }

    List<Complaint> judge() {
        evidence.watchers().forEach(watched -> new Cursor(watched).run());
        return complaints;
    }

    /** A place in what must come. */
    private record Place(long revision, String key) {
    }

    /** Follows one watcher. */
    private final class Cursor {
        private final Watched watched;
        private final long from;
        /** What must come, by revision. Changes of one revision may come in any order. */
        private final List<Note.Change> wanted;
        private final Set<Place> seen = new HashSet<>();
        /** Before it, all that is missing was complained of. */
        private int next;
        private long reached;
        private long progress;

        Cursor(Watched watched) {
            this.watched = watched;
            from = Math.max(watched.first(), evidence.base() + 1);
            wanted = ledger.changes().stream()
                    .filter(change -> change.revision() >= from && change.revision() <= evidence.end() && watched.wants(change.key())).toList();
        }

        void run() {
            for (Note note : watched.notes()) {
                switch (note) {
                    case Note.Change change -> changed(change);
                    case Note.Compacted gap -> {
                        while (next < wanted.size() && wanted.get(next).revision() < gap.revision()) {
                            next++;
                        }
                    }
                    case Note.Progress told -> {
                        allBefore(told.revision() + 1);
                        progress = Math.max(progress, told.revision());
                    }
                }
            }
            allBefore(evidence.end() + 1);
        }

        private void changed(Note.Change change) {
            if (!watched.wants(change.key())) {
                complain(Complaint.Kind.WRONG_EVENT, change + " is of another key");
            } else if (change.revision() < from || !seen.add(new Place(change.revision(), change.key()))) {
                complain(Complaint.Kind.REPEATED_EVENT, change + ", wanted from " + from);
            } else if (change.revision() <= progress) {
                complain(Complaint.Kind.EARLY_PROGRESS, change + " came after progress to " + progress);
            } else if (change.revision() < reached) {
                complain(Complaint.Kind.REORDERED_EVENT, change + " came after revision " + reached);
            }
            reached = Math.max(reached, change.revision());
            allBefore(change.revision());
        }

        private void allBefore(long revision) {
            while (next < wanted.size() && wanted.get(next).revision() < revision) {
                Note.Change change = wanted.get(next++);
                if (!seen.contains(new Place(change.revision(), change.key()))) {
                    complain(Complaint.Kind.MISSING_EVENT, change.toString());
                }
            }
        }

        private void complain(Complaint.Kind kind, String text) {
            complaints.add(new Complaint(kind, watched.watcher() + ": " + text));
        }
    }
}
