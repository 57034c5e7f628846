package io.tenon.runtime.apply;

import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.PeerProgress;
import io.tenon.api.consensus.Proposal;
import io.tenon.api.consensus.ReadIndexReply;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/** A log that commits what it is given when the test says so. */
final class HandConsensus implements Consensus {
    final List<Proposal> proposed = new ArrayList<>();
    final List<ReadIndexReply> reads = new ArrayList<>();
    private long index;

    /** Everything proposed since the last call, as committed entries. */
    List<Entry> commit() {
        List<Entry> entries = new ArrayList<>();
        for (Proposal proposal : proposed) {
            entries.add(new Entry(2, ++index, proposal.type(), proposal.data()));
        }
        proposed.clear();
        return entries;
    }

    @Override
    public void propose(Proposal proposal) {
        proposed.add(proposal);
    }

    @Override
    public void readIndex(ReadIndexReply reply) {
        reads.add(reply);
    }

    @Override
    public void applyConfChange(ConfChange change, Consumer<ConfState> applied) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public void applied(long upTo) {
        // Nothing is kept for it.
    }

    @Override
    public void compact(long upTo) {
        // As above.
    }

    @Override
    public void transferLeadership(long target) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public void progress(Consumer<SortedMap<Long, PeerProgress>> told) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public void changeRules(Set<ElectionRule> rules) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public boolean receive(Message message) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public void afterReceived(Runnable then) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public void peerUnreachable(long peer) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public void snapshotSent(long peer, SnapshotOutcome outcome) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public void snapshotTaken(Snapshot snapshot) {
        throw new AssertionError("not asked for in these tests");
    }

    @Override
    public ConsensusStatus status() {
        return new ConsensusStatus(1, ConsensusStatus.Role.LEADER, 1, 2, index, index, false, Set.of());
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
