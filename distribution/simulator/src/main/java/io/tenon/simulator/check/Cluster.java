package io.tenon.simulator.check;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.simulator.Violation;
import io.tenon.spi.log.LogAppend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is known of all members together, to one who sees them all. */
public final class Cluster implements Invariant {
    private final Map<Long, MemberState> members = new TreeMap<>();
    private final List<Committed> committed = new ArrayList<>();

    /** An entry that some member called committed first, when it was in this term. */
    public record Committed(Entry entry, long inTerm) {
    }

    /** One member. */
    public static final class MemberState {
        /** As its consensus knows it. */
        LogModel log = new LogModel();
        /** What would be left of it without the process. */
        LogModel durable = new LogModel();
        HardState durableState = HardState.EMPTY;
        Optional<ConsensusStatus> status = Optional.empty();
        ConfState configuration = ConfState.EMPTY;
        ConfState configurationBefore = ConfState.EMPTY;

        public LogModel log() {
            return log;
        }

        public LogModel durable() {
            return durable;
        }

        public HardState durableState() {
            return durableState;
        }

        /** Empty while it is down. */
        public Optional<ConsensusStatus> status() {
            return status;
        }

        public ConfState configuration() {
            return configuration;
        }
    }

    public MemberState member(long id) {
        return members.computeIfAbsent(id, unknown -> new MemberState());
    }

    public Map<Long, MemberState> members() {
        return members;
    }

    /** Highest index that was ever called committed. */
    public long lastCommitted() {
        return committed.size();
    }

    public Committed committedAt(long index) {
        return committed.get((int) index - 1);
    }

    /** A process found this in its log. */
    public void recovered(long id, LogModel log, HardState state, ConfState configuration) {
        MemberState member = member(id);
        member.log = log;
        member.durable = log.copy();
        member.durableState = state;
        member.configuration = configuration;
        member.configurationBefore = configuration;
    }

    @Override
    public void ended(long id) {
        member(id).status = Optional.empty();
    }

    @Override
    public void accepted(long id, LogAppend append) {
        append.entries().forEach(member(id).log::put);
    }

    @Override
    public void durable(long id, LogAppend append) {
        MemberState member = member(id);
        append.entries().forEach(member.durable::put);
        append.hardState().filter(state -> append.mustSync() || !append.entries().isEmpty()).ifPresent(state -> member.durableState = state);
    }

    @Override
    public void restored(long id, Snapshot snapshot) {
        member(id).log.restore(snapshot.index(), snapshot.term());
        member(id).durable.restore(snapshot.index(), snapshot.term());
    }

    @Override
    public void statusChanged(long id, ConsensusStatus before, ConsensusStatus now) {
        member(id).status = Optional.of(now);
    }

    @Override
    public void resumed(long id, long index, ConfState configuration) {
        MemberState member = member(id);
        member.configuration = configuration;
        member.configurationBefore = configuration;
    }

    @Override
    public void configured(long id, long index, ConfState configuration) {
        MemberState member = member(id);
        member.configurationBefore = member.configuration;
        member.configuration = configuration;
    }

    /** First a member says it; then it is so for all. */
    @Override
    public void committed(long id, List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.index() == lastCommitted() + 1) {
                committed.add(new Committed(entry, member(id).status.map(ConsensusStatus::term).orElse(entry.term())));
            } else if (entry.index() > lastCommitted()) {
                throw new Violation("Cluster", "member %x commits %d, but nobody committed %d".formatted(id, entry.index(), lastCommitted() + 1));
            }
        }
    }

    @Override
    public String name() {
        return "Cluster";
    }
}
