package io.tenon.chaos;

import io.tenon.chaos.fault.FaultKind;
import io.tenon.chaos.judge.Complaint;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run did and found.
 *
 * @param outcomes      how often which operation ended how
 * @param undecidedKeys of which the search without revisions was given up, summed over rounds
 */
public record Report(long operations, Map<String, Long> outcomes, Map<FaultKind, Integer> faults, List<Complaint> complaints, int undecidedKeys) {

    /** Whether nothing was found. */
    public boolean isClean() {
        return complaints.isEmpty();
    }

    /** Operations that a member answered. */
    public long answered() {
        return outcomes.entrySet().stream().filter(outcome -> outcome.getKey().endsWith(" done") || outcome.getKey().endsWith(" refused"))
                .mapToLong(Map.Entry::getValue).sum();
    }

    void print(PrintStream out) {
        out.println();
        out.println("| operation | times |");
        out.println("|---|---:|");
        outcomes.forEach((what, times) -> out.printf("| %s | %,d |%n", what, times));
        out.println();
        out.println("| fault | times |");
        out.println("|---|---:|");
        new TreeMap<>(faults).forEach((kind, times) -> out.printf("| %s | %,d |%n", kind, times));
        out.println();
        out.printf("%,d operations judged, %,d of them answered; %d histories of keys left undecided by the search; %s%n", operations, answered(),
                undecidedKeys,
                isClean() ? "nothing wrong" : complaints.size() + " complaints:");
        complaints.forEach(complaint -> out.println("  " + complaint));
    }
}
