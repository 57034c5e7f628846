package io.tenon.chaos.judge;

import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.Note;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares every answer with the store at the revision that the answer names. Since revisions order all writes, and {@link TimeJudge} sees to
 * it that they follow real time, this is linearizability without a search.
 */
final class RevisionJudge {
    private final Evidence evidence;
    private final Ledger ledger;
    private final List<Complaint> complaints = new ArrayList<>();

    RevisionJudge(Evidence evidence, Ledger ledger) {
        this.evidence = evidence;
        this.ledger = ledger;
    }

    List<Complaint> judge() {
        evidence.operations().forEach(this::answer);
        writers();
        deletions();
        finish();
        return complaints;
    }

    private void complain(Complaint.Kind kind, String text) {
        complaints.add(new Complaint(kind, text));
    }

    private void answer(Operation operation) {
        switch (operation.outcome()) {
            case Outcome.Done done -> done(operation, done);
            case Outcome.Refused refused -> refused(operation, refused);
            case Outcome.Failed failed -> { }
            case Outcome.Unknown unknown -> { }
        }
    }

    private void done(Operation operation, Outcome.Done done) {
        switch (operation.action()) {
            case Action.Put put -> wrote(operation, put.value(), done.revision());
            case Action.Swap swap -> {
                wrote(operation, swap.value(), done.revision());
                Optional<String> before = ledger.at(swap.key(), done.revision() - 1).map(Row::value);
                if (!before.equals(swap.expected())) {
                    complain(Complaint.Kind.WRONG_SWAP, operation + " succeeded although the key held " + before);
                }
            }
            case Action.Get get -> read(operation, done.revision(), done.seen());
            case Action.GetLocal get -> read(operation, done.revision(), done.seen());
            case Action.Delete delete -> deleted(operation, delete, done);
        }
    }

    private void wrote(Operation operation, String value, long revision) {
        Optional<String> found = ledger.change(revision, operation.action().key()).flatMap(Note.Change::row).map(Row::value);
        if (!found.equals(Optional.of(value))) {
            complain(Complaint.Kind.LOST_WRITE, operation + " was acknowledged, but its revision holds " + found);
        }
    }

    private void deleted(Operation operation, Action.Delete delete, Outcome.Done done) {
        if (done.seen().isEmpty()) {
            read(operation, done.revision(), done.seen());
            return;
        }
        if (ledger.change(done.revision(), delete.key()).filter(change -> change.row().isEmpty()).isEmpty()) {
            complain(Complaint.Kind.LOST_WRITE, operation + " was acknowledged, but its revision holds no deletion");
        }
        read(operation, done.revision() - 1, done.seen());
    }

    private void refused(Operation operation, Outcome.Refused refused) {
        read(operation, refused.revision(), refused.seen());
        if (operation.action() instanceof Action.Swap swap && refused.seen().map(Row::value).equals(swap.expected())) {
            complain(Complaint.Kind.WRONG_SWAP, operation + " was refused although the key holds what it expects");
        }
    }

    private void read(Operation operation, long revision, Optional<Row> seen) {
        if (revision > evidence.end()) {
            complain(Complaint.Kind.WRONG_READ, operation + " is of a revision after the last one, " + evidence.end());
        } else if (revision < evidence.base()) {
            if (!(operation.action() instanceof Action.GetLocal)) {
                complain(Complaint.Kind.STALE_READ, operation + " is of a revision before the first one, " + evidence.base());
            }
        } else if (!seen.equals(ledger.at(operation.action().key(), revision))) {
            complain(Complaint.Kind.WRONG_READ, operation + ", but revision " + revision + " holds "
                    + ledger.at(operation.action().key(), revision));
        }
    }

    /** Every value that appeared was written by somebody, once, who was not told that it failed. */
    private void writers() {
        Map<String, Operation> writers = new HashMap<>();
        evidence.undecided().forEach(operation -> Action.written(operation.action()).ifPresent(value -> writers.put(value, operation)));
        evidence.operations().forEach(operation -> Action.written(operation.action()).ifPresent(value -> writers.put(value, operation)));
        Map<String, Note.Change> first = new HashMap<>();
        for (Note.Change change : ledger.changes()) {
            if (change.row().isEmpty()) {
                continue;
            }
            String value = change.row().get().value();
            Note.Change earlier = first.putIfAbsent(value, change);
            if (earlier != null) {
                complain(Complaint.Kind.DOUBLED_WRITE, change + " writes what was written before by " + earlier);
            }
            Optional.ofNullable(writers.get(value)).ifPresentOrElse(operation -> writtenBy(change, operation),
                    () -> complain(Complaint.Kind.PHANTOM_WRITE, change + " was asked for by nobody"));
        }
    }

    private void writtenBy(Note.Change change, Operation operation) {
        boolean allowed = operation.action().key().equals(change.key()) && switch (operation.outcome()) {
            case Outcome.Done done -> done.revision() == change.revision();
            case Outcome.Unknown unknown -> true;
            case Outcome.Refused refused -> false;
            case Outcome.Failed failed -> false;
        };
        if (!allowed) {
            complain(Complaint.Kind.PHANTOM_WRITE, change + " comes from " + operation);
        }
    }

    /** Every deletion was asked for, or comes from the end of the key's lease. */
    private void deletions() {
        Map<String, Integer> open = new HashMap<>();
        List<Operation> all = new ArrayList<>(evidence.undecided());
        all.addAll(evidence.operations());
        for (Operation operation : all) {
            if (operation.action() instanceof Action.Delete delete) {
                if (operation.changed()) {
                    open.merge(delete.key() + "@" + operation.revision().getAsLong(), 1, Integer::sum);
                } else if (operation.outcome() instanceof Outcome.Unknown) {
                    open.merge(delete.key(), 1, Integer::sum);
                }
            }
        }
        for (Note.Change change : ledger.changes()) {
            boolean leased = ledger.at(change.key(), change.revision() - 1).filter(row -> row.lease() != 0).isPresent();
            if (change.row().isEmpty() && !leased && !take(open, change.key() + "@" + change.revision()) && !take(open, change.key())) {
                complain(Complaint.Kind.PHANTOM_WRITE, change + " was asked for by nobody");
            }
        }
        open.forEach((key, count) -> {
            if (key.contains("@") && count > 0) {
                complain(Complaint.Kind.DOUBLED_WRITE, count + " deletions of " + key + " were acknowledged that did not happen");
            }
        });
    }

    private static boolean take(Map<String, Integer> open, String key) {
        if (open.getOrDefault(key, 0) == 0) {
            return false;
        }
        open.merge(key, -1, Integer::sum);
        return true;
    }

    private void finish() {
        ledger.changes().stream().map(Note.Change::key).distinct().forEach(key -> {
            Optional<Row> left = Optional.ofNullable(evidence.finish().get(key));
            if (!left.equals(ledger.at(key, evidence.end()))) {
                complain(Complaint.Kind.WRONG_READ, "in the end " + key + " is " + left + " instead of " + ledger.at(key, evidence.end()));
            }
        });
        evidence.finish().forEach((key, row) -> {
            if (!ledger.at(key, evidence.end()).equals(Optional.of(row))) {
                complain(Complaint.Kind.WRONG_READ, "in the end " + key + " is " + row + ", which no watcher saw");
            }
        });
    }
}
