package io.tenon.chaos.judge;

import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A second opinion that trusts no revision: for each key it searches an order of the operations that explains all answers and respects real
 * time, as Wing and Gong do, with Lowe's memory of what was tried. Keys are independent, because every action touches one.
 */
final class SearchJudge {
    private final Evidence evidence;
    private final int mostStates;
    private int undecided;

    /** @param mostStates kept at once for a key; a history that needs more stays undecided */
    SearchJudge(Evidence evidence, int mostStates) {
        this.evidence = evidence;
        this.mostStates = mostStates;
    }

    List<Complaint> judge() {
        List<Complaint> complaints = new ArrayList<>();
        Map<String, List<Operation>> byKey = new java.util.TreeMap<>();
        Set<String> observed = observed();
        for (Operation operation : operations()) {
            if (matters(operation, observed)) {
                byKey.computeIfAbsent(operation.action().key(), key -> new ArrayList<>()).add(operation);
            }
        }
        byKey.forEach((key, operations) -> {
            KeySearch search = new KeySearch(operations, Optional.ofNullable(evidence.start().get(key)).map(Row::value), mostStates);
            switch (search.run()) {
                case KeySearch.Explained explained -> { }
                case KeySearch.TooMany tooMany -> undecided++;
                case KeySearch.Impossible impossible -> complaints.add(new Complaint(Complaint.Kind.NOT_LINEARIZABLE,
                        key + ": nothing explains " + impossible.operation()));
            }
        });
        return complaints;
    }

    /** Keys whose histories were too wide to decide. */
    int undecided() {
        return undecided;
    }

    private List<Operation> operations() {
        List<Operation> all = new ArrayList<>(evidence.undecided());
        all.addAll(evidence.operations());
        return all;
    }

    /** Leases delete keys on their own, so theirs are left out; so are reads that may be behind, and what had no effect. */
    private boolean matters(Operation operation, Set<String> observed) {
        if (evidence.leases().stream().anyMatch(lease -> lease.key().equals(operation.action().key()))) {
            return false;
        }
        return !(operation.action() instanceof Action.GetLocal) && switch (operation.outcome()) {
            case Outcome.Done done -> true;
            case Outcome.Refused refused -> true;
            case Outcome.Failed failed -> false;
            case Outcome.Unknown unknown -> switch (operation.action()) {
                // A write that nobody saw may as well not have happened: whatever looks at a key tells what it found.
                case Action.Put put -> observed.contains(put.value());
                case Action.Swap swap -> observed.contains(swap.value());
                case Action.Delete delete -> true;
                case Action.Get get -> false;
                case Action.GetLocal get -> false;
            };
        };
    }

    private Set<String> observed() {
        Set<String> observed = new HashSet<>();
        for (Operation operation : evidence.operations()) {
            switch (operation.outcome()) {
                case Outcome.Done done -> {
                    done.seen().ifPresent(row -> observed.add(row.value()));
                    if (operation.action() instanceof Action.Swap swap) {
                        swap.expected().ifPresent(observed::add);
                    }
                }
                case Outcome.Refused refused -> refused.seen().ifPresent(row -> observed.add(row.value()));
                case Outcome.Failed failed -> { }
                case Outcome.Unknown unknown -> { }
            }
        }
        // Swaps of which no answer came are of no other use than to explain what was seen; then what they expect was there as well.
        boolean more = true;
        while (more) {
            more = false;
            for (Operation operation : operations()) {
                if (operation.action() instanceof Action.Swap swap && operation.outcome() instanceof Outcome.Unknown && observed.contains(swap.value())) {
                    more |= swap.expected().filter(observed::add).isPresent();
                }
            }
        }
        return observed;
    }
}
