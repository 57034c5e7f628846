package io.tenon.raft.scenario;

import io.tenon.raft.quorum.AckedIndexes;
import io.tenon.raft.quorum.Ballots;
import io.tenon.raft.quorum.Joint;
import io.tenon.raft.quorum.Majority;
import io.tenon.raft.quorum.Vote;
import io.tenon.raft.quorum.VoteResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** {@code committed} and {@code vote}: quorum arithmetic on voters that are written down. */
final class QuorumLanguage implements Language {
    private static final String UNKNOWN = "_";

    @Override
    public String run(Command command) {
        boolean joint = command.all("cfgj").isPresent();
        List<Long> first = command.ids("cfg");
        List<Long> second = command.value("cfgj").filter("zero"::equals).isPresent() ? List.of() : command.ids("cfgj");
        var voters = new Joint(Majority.of(first), Majority.of(second));
        var order = new LinkedHashSet<>(first);
        order.addAll(second);
        return switch (command.name()) {
            case "committed" -> committed(voters, known(order, command.all("idx").orElse(List.of())), joint);
            case "vote" -> vote(voters, known(order, command.all("votes").orElse(List.of())));
            default -> "unknown command " + command.name();
        };
    }

    /** One value for each voter in order of appearance; nothing for those that are unknown. */
    private static Map<Long, String> known(LinkedHashSet<Long> order, List<String> values) {
        if (order.size() != values.size()) {
            throw new IllegalArgumentException(values.size() + " values for " + order.size() + " voters");
        }
        var known = new HashMap<Long, String>();
        int at = 0;
        for (long id : order) {
            String value = values.get(at++);
            if (!value.equals(UNKNOWN)) {
                known.put(id, value);
            }
        }
        return known;
    }

    private static String committed(Joint voters, Map<Long, String> known, boolean joint) {
        var text = new StringBuilder(drawing(voters.union().ids(), known));
        AckedIndexes acked = id -> Long.parseLong(known.getOrDefault(id, "0"));
        long index = voters.committedIndex(acked);
        complain(text, "swapped", index, swapped(voters).committedIndex(acked));
        if (!joint) {
            complain(text, "joint with nothing", index, voters.incoming().committedIndex(acked));
            complain(text, "joint with itself", index, new Joint(voters.incoming(), voters.incoming()).committedIndex(acked));
        }
        return text.append(shown(index)).toString();
    }

    private static Joint swapped(Joint voters) {
        return new Joint(voters.outgoing(), voters.incoming());
    }

    private static void complain(StringBuilder text, String how, long index, long other) {
        if (index != other) {
            text.append(shown(other)).append(" <-- ").append(how).append('\n');
        }
    }

    private static String shown(long index) {
        return index == Majority.UNBOUNDED ? "∞" : Long.toString(index);
    }

    /** Bars as long as the number of voters that are behind. */
    private static String drawing(List<Long> ids, Map<Long, String> known) {
        if (ids.isEmpty()) {
            return "<empty majority quorum>";
        }
        var byIndex = new ArrayList<>(ids);
        byIndex.sort(Comparator.comparingLong((Long id) -> index(id, known)).thenComparing(Comparator.naturalOrder()));
        int voters = ids.size();
        var text = new StringBuilder(" ".repeat(voters) + "    idx\n");
        for (long id : ids) {
            int behind = (int) byIndex.stream().filter(other -> index(other, known) < index(id, known)).count();
            String bar = known.containsKey(id) ? "x".repeat(behind) + ">" + " ".repeat(voters - behind) : "?" + " ".repeat(voters);
            text.append("%s %5d    (id=%d)\n".formatted(bar, index(id, known), id));
        }
        return text.toString();
    }

    private static long index(long id, Map<Long, String> known) {
        return Long.parseLong(known.getOrDefault(id, "0"));
    }

    private static String vote(Joint voters, Map<Long, String> known) {
        Ballots ballots = id -> !known.containsKey(id) ? Vote.MISSING : known.get(id).equals("y") ? Vote.YES : Vote.NO;
        VoteResult result = voters.result(ballots);
        String self = swapped(voters).result(ballots) == result ? "" : "swapped halves differ\n";
        return self + switch (result) {
            case WON -> "VoteWon";
            case LOST -> "VoteLost";
            case PENDING -> "VotePending";
        };
    }
}
