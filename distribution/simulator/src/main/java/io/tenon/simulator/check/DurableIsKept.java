package io.tenon.simulator.check;

import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogAppend;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a log called durable is there when the next process opens it. Source: the contract of LogStore. */
public final class DurableIsKept implements Invariant {
    private final Cluster cluster;
    private final Map<Long, Told> told = new HashMap<>();

    /** What the log of a member has said to be durable, in all its lives. */
    private static final class Told {
        private final LogModel log;
        private HardState state;

        Told(LogModel log, HardState state) {
            this.log = log;
            this.state = state;
        }
    }

    public DurableIsKept(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void started(long member) {
        LogModel log = cluster.member(member).durable();
        HardState state = cluster.member(member).durableState();
        Optional.ofNullable(told.put(member, new Told(log.copy(), state))).ifPresent(before -> {
            if (state.term() < before.state.term() || state.term() == before.state.term() && before.state.vote() != 0 && state.vote() != before.state.vote()) {
                throw violated("the log of member %x has %s, but said that %s is durable".formatted(member, state, before.state));
            }
            requireEntries(member, log, before.log);
        });
    }

    /** What was written after it may have come far enough without being told: a snapshot instead of everything, or entries of a later term. */
    private void requireEntries(long member, LogModel found, LogModel before) {
        long base = found.base();
        if (base > before.base() && base <= before.last() && found.term(base) != 0 && found.term(base) != before.term(base)) {
            return;
        }
        for (long index = Math.max(base, before.base()) + 1; index <= before.last(); index++) {
            long term = before.term(index);
            if (index <= found.last() && found.term(index) > term) {
                return;
            }
            if (!found.holds(index, term)) {
                throw violated("the log of member %x, which ends at %d, lacks entry %d of term %d, which it said is durable".formatted(member, found.last(),
                        index, term));
            }
        }
    }

    @Override
    public void durable(long member, LogAppend append) {
        Told so = told.get(member);
        append.entries().forEach(so.log::put);
        append.hardState().filter(state -> append.mustSync() || !append.entries().isEmpty()).ifPresent(state -> so.state = state);
    }

    @Override
    public void restored(long member, Snapshot snapshot) {
        told.get(member).log.restore(snapshot.index(), snapshot.term());
    }
}
