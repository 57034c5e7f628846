package io.tenon.chaos.judge;

import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges one round by everything that its clients saw. */
public final class Judge {
    private static final int MOST_STATES = 200_000;

    /**
     * @param complaints    empty for a cluster that did nothing wrong
     * @param undecided     writes of this round of which it is still open whether they will ever happen
     * @param undecidedKeys whose second opinion would have taken too long
     */
    public record Verdict(List<Complaint> complaints, List<Operation> undecided, int undecidedKeys) {
    }

    private Judge() {
    }

    /** Any thread; takes as long as the round was busy. */
    public static Verdict judge(Evidence evidence) {
        Ledger ledger = new Ledger(evidence);
        List<Complaint> complaints = new ArrayList<>(ledger.complaints());
        complaints.addAll(new RevisionJudge(evidence, ledger).judge());
        complaints.addAll(new TimeJudge(evidence, ledger).judge());
        complaints.addAll(new WatchJudge(evidence, ledger).judge());
        complaints.addAll(new LeaseJudge(evidence).judge());
        SearchJudge search = new SearchJudge(evidence, MOST_STATES);
        complaints.addAll(search.judge());
        return new Verdict(complaints, stillOpen(evidence, ledger), search.undecided());
    }

    private static List<Operation> stillOpen(Evidence evidence, Ledger ledger) {
        Set<String> happened = new HashSet<>();
        ledger.changes().forEach(change -> change.row().ifPresent(row -> happened.add(row.value())));
        return evidence.operations().stream().filter(operation -> operation.outcome() instanceof Outcome.Unknown)
                .filter(operation -> operation.action() instanceof Action.Delete
                        || Action.written(operation.action()).filter(value -> !happened.contains(value)).isPresent()).toList();
    }
}
