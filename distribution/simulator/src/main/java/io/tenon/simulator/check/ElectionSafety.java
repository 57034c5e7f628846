package io.tenon.simulator.check;

import io.tenon.api.consensus.ConsensusStatus;
import java.util.HashMap;
import java.util.Map;

/** At most one leader in a term. Source: Raft, figure 3. */
public final class ElectionSafety implements Invariant {
    private final Map<Long, Long> leaders = new HashMap<>();

    @Override
    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        if (now.isLeader()) {
            long first = leaders.computeIfAbsent(now.term(), term -> member);
            if (first != member) {
                throw violated("members %x and %x both lead term %d".formatted(first, member, now.term()));
            }
        }
    }
}
