package io.tenon.chaos.load;

import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Operations of one round as they end. Any thread. */
final class Journal {
    /** About 300 bytes each; a round that is busier stops early. */
    private static final int MOST_OPERATIONS = 500_000;

    private final Map<String, Long> counts = new TreeMap<>();
    private List<Operation> operations = new ArrayList<>();

    synchronized void add(Operation operation) {
        operations.add(operation);
        String ending = switch (operation.outcome()) {
            case Outcome.Done done -> "done";
            case Outcome.Refused refused -> "refused";
            case Outcome.Failed failed -> "failed: " + failed.reason();
            case Outcome.Unknown unknown -> "unknown: " + unknown.reason();
        };
        counts.merge(operation.action().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT) + " " + ending, 1L, Long::sum);
    }

    synchronized boolean isFull() {
        return operations.size() >= MOST_OPERATIONS;
    }

    /** All of the round that ends here. */
    synchronized List<Operation> take() {
        List<Operation> taken = operations;
        operations = new ArrayList<>();
        return taken;
    }

    /** Over all rounds. */
    synchronized long size() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How often what ended how, over all rounds. */
    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }
}
