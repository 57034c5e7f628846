package io.tenon.simulator.check;

import io.tenon.api.consensus.Entry;
import io.tenon.spi.log.LogAppend;
import java.util.HashMap;
import java.util.Map;

/**
 * Two entries of one index and term are the same, and so is everything before them. It follows from one step: whoever has the entry has the
 * same before it. Source: Raft, figure 3.
 */
public final class LogMatching implements Invariant {
    private final Cluster cluster;
    private final Map<Place, Content> known = new HashMap<>();

    private record Place(long index, long term) {
    }

    private record Content(int print, long termBefore) {
    }

    public LogMatching(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void accepted(long member, LogAppend append) {
        LogModel log = cluster.member(member).log();
        for (Entry entry : append.entries()) {
            // Entries of one append follow one another, so what the log has before each is from before or from this append.
            Content content = new Content(LogModel.print(entry), log.term(entry.index() - 1));
            Content first = known.computeIfAbsent(new Place(entry.index(), entry.term()), place -> content);
            if (!first.equals(content)) {
                throw violated("entry %d of term %d is %s in member %x and was %s elsewhere".formatted(entry.index(), entry.term(), content, member, first));
            }
        }
    }
}
