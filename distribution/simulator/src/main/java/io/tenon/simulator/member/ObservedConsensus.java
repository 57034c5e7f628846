package io.tenon.simulator.member;

import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.PeerProgress;
import io.tenon.api.consensus.Proposal;
import io.tenon.api.consensus.ReadIndexReply;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.simulator.check.Witness;
import io.tenon.spi.consensus.CommitSink;
import io.tenon.spi.consensus.ConsensusProvider;
import io.tenon.spi.consensus.ConsensusStart;
import io.tenon.spi.consensus.MessageSink;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The real consensus, with somebody who sees what it says, to whom, and how it stands after every step. */
final class ObservedConsensus implements ConsensusProvider {
    private final ConsensusProvider provider;
    private final Witness witness;

    ObservedConsensus(ConsensusProvider provider, Witness witness) {
        this.provider = provider;
        this.witness = witness;
    }

    @Override
    public Consensus start(ConsensusStart start) {
        HardState state = start.hardState();
        Step step = new Step(start.id(), witness, new ConsensusStatus(start.id(), ConsensusStatus.Role.FOLLOWER, 0, state.term(), state.commit(), 0, false,
                start.rules()));
        witness.resumed(start.id(), start.applied().index(), start.confState());
        Consensus consensus = provider.start(new ConsensusStart(start.id(), start.hardState(), start.confState(), start.applied(), start.log(),
                new Loops(start.loops(), step), new Messages(start, witness), new Commits(start, step, witness), start.heartbeatMillis(),
                start.electionTicks(), start.rules(), start.random()));
        step.begun(consensus::status);
        return new Observed(consensus, step);
    }

    /** What a step of the raft loop showed, told when the step is over: only then is it known in which role and term it was done. */
    private static final class Step {
        private final long member;
        private final Witness witness;
        private final List<List<Entry>> committed = new ArrayList<>();
        /** Configuration changes that are not applied yet. */
        private final ArrayDeque<Long> changes = new ArrayDeque<>();
        private Optional<Supplier<ConsensusStatus>> source = Optional.empty();
        private ConsensusStatus last;

        Step(long member, Witness witness, ConsensusStatus first) {
            this.member = member;
            this.witness = witness;
            last = first;
        }

        void begun(Supplier<ConsensusStatus> status) {
            source = Optional.of(status);
            over();
        }

        void commits(List<Entry> entries) {
            committed.add(entries);
            entries.stream().filter(entry -> entry.type() != EntryType.NORMAL).forEach(entry -> changes.add(entry.index()));
        }

        /** The apply loop takes changes in order, so this is the outcome of the oldest. */
        void configured(ConfState configuration) {
            witness.configured(member, changes.remove(), configuration);
        }

        void restored(Snapshot snapshot) {
            changes.removeIf(index -> index <= snapshot.index());
            witness.restored(member, snapshot);
            witness.resumed(member, snapshot.index(), snapshot.confState());
        }

        void over() {
            source.ifPresent(status -> changed(status.get()));
            committed.forEach(entries -> witness.committed(member, entries));
            committed.clear();
        }

        private void changed(ConsensusStatus now) {
            if (!now.equals(last)) {
                ConsensusStatus before = last;
                last = now;
                witness.statusChanged(member, before, now);
            }
        }
    }

    private record Loops(LoopHost loops, Step step) implements LoopHost {

        @Override
        public LoopHandle attach(LoopRole role, String name, Loop loop) {
            return loops.attach(role, name, new Loop() {
                @Override
                public int step(long nowNanos) {
                    int work = loop.step(nowNanos);
                    step.over();
                    return work;
                }

                @Override
                public long wakeAtNanos() {
                    return loop.wakeAtNanos();
                }
            });
        }

        @Override
        public long nowNanos() {
            return loops.nowNanos();
        }

        @Override
        public void runBlocking(String name, Runnable work) {
            loops.runBlocking(name, work);
        }
    }

    private record Messages(ConsensusStart start, Witness witness) implements MessageSink {

        @Override
        public void send(List<Message> messages) {
            messages.forEach(message -> witness.sent(start.id(), message));
            start.peers().send(messages);
        }
    }

    private record Commits(ConsensusStart start, Step step, Witness witness) implements CommitSink {

        @Override
        public boolean committed(List<Entry> entries) {
            if (!start.sink().committed(entries)) {
                return false;
            }
            step.commits(entries);
            return true;
        }

        @Override
        public void snapshot(Snapshot snapshot) {
            step.restored(snapshot);
            start.sink().snapshot(snapshot);
        }

        @Override
        public void statusChanged(ConsensusStatus now) {
            start.sink().statusChanged(now);
        }
    }

    private record Observed(Consensus consensus, Step step) implements Consensus {

        @Override
        public void propose(Proposal proposal) {
            consensus.propose(proposal);
        }

        @Override
        public void readIndex(ReadIndexReply reply) {
            consensus.readIndex(reply);
        }

        @Override
        public void applyConfChange(ConfChange change, Consumer<ConfState> applied) {
            consensus.applyConfChange(change, configuration -> {
                step.configured(configuration);
                applied.accept(configuration);
            });
        }

        @Override
        public void applied(long index) {
            consensus.applied(index);
        }

        @Override
        public void compact(long index) {
            consensus.compact(index);
        }

        @Override
        public void transferLeadership(long target) {
            consensus.transferLeadership(target);
        }

        @Override
        public void progress(Consumer<SortedMap<Long, PeerProgress>> told) {
            consensus.progress(told);
        }

        @Override
        public void changeRules(Set<ElectionRule> rules) {
            consensus.changeRules(rules);
        }

        @Override
        public boolean receive(Message message) {
            return consensus.receive(message);
        }

        @Override
        public void afterReceived(Runnable done) {
            consensus.afterReceived(done);
        }

        @Override
        public void peerUnreachable(long peer) {
            consensus.peerUnreachable(peer);
        }

        @Override
        public void snapshotSent(long peer, SnapshotOutcome outcome) {
            consensus.snapshotSent(peer, outcome);
        }

        @Override
        public void snapshotTaken(Snapshot snapshot) {
            consensus.snapshotTaken(snapshot);
        }

        @Override
        public ConsensusStatus status() {
            return consensus.status();
        }

        @Override
        public void close() {
            consensus.close();
        }
    }
}
