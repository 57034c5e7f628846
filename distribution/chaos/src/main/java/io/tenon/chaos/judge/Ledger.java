package io.tenon.chaos.judge;

import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.Note;
import io.tenon.chaos.history.Row;
import io.tenon.chaos.history.Watched;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The store at every revision of a round, rebuilt from all that watchers saw. */
final class Ledger {
    private final long base;
    /** Content by key and the revision from which it holds. */
    private final Map<String, NavigableMap<Long, Optional<Row>>> byKey = new HashMap<>();
    private final NavigableMap<Long, Map<String, Note.Change>> byRevision = new TreeMap<>();
    private final List<Complaint> complaints = new ArrayList<>();

    Ledger(Evidence evidence) {
        base = evidence.base();
        evidence.start().forEach((key, row) -> history(key).put(base, Optional.of(row)));
        for (Watched watched : evidence.watchers()) {
            for (Note note : watched.notes()) {
                if (note instanceof Note.Change change && change.revision() > base) {
                    enter(watched.watcher(), change);
                }
            }
        }
        for (long revision = base + 1; revision <= evidence.end(); revision++) {
            if (!byRevision.containsKey(revision)) {
                complaints.add(new Complaint(Complaint.Kind.MISSING_EVENT, "no watcher saw revision " + revision));
            }
        }
        byRevision.values().forEach(changes -> changes.values().forEach(this::checkCounters));
    }

    private NavigableMap<Long, Optional<Row>> history(String key) {
        return byKey.computeIfAbsent(key, name -> new TreeMap<>());
    }

    private void enter(String watcher, Note.Change change) {
        Note.Change earlier = byRevision.computeIfAbsent(change.revision(), revision -> new TreeMap<>()).putIfAbsent(change.key(), change);
        if (earlier == null) {
            history(change.key()).put(change.revision(), change.row());
        } else if (!earlier.row().equals(change.row())) {
            complaints.add(new Complaint(Complaint.Kind.WATCHERS_DISAGREE, watcher + " saw " + change + ", another one " + earlier));
        }
    }

    /** Versions count from the creation, and creation is where there was nothing before. */
    private void checkCounters(Note.Change change) {
        if (change.row().isEmpty()) {
            return;
        }
        Row row = change.row().get();
        Optional<Row> before = at(change.key(), change.revision() - 1);
        long version = before.map(Row::version).orElse(0L) + 1;
        long created = before.map(Row::created).orElse(change.revision());
        if (row.version() != version || row.created() != created || row.modified() != change.revision()) {
            complaints.add(new Complaint(Complaint.Kind.WRONG_EVENT, change + " should have version " + version + ", be created at " + created
                    + " and modified at " + change.revision()));
        }
    }

    /** What a key holds at a revision. */
    Optional<Row> at(String key, long revision) {
        return Optional.ofNullable(history(key).floorEntry(revision)).flatMap(Map.Entry::getValue);
    }

    /** What a revision did to a key, if it touched it. */
    Optional<Note.Change> change(long revision, String key) {
        return Optional.ofNullable(byRevision.getOrDefault(revision, Map.of()).get(key));
    }

    /** All changes, by revision and key. */
    List<Note.Change> changes() {
        return byRevision.values().stream().flatMap(changes -> changes.values().stream()).toList();
    }

    /** What is wrong with the ledger itself. */
    List<Complaint> complaints() {
        return complaints;
    }
}
