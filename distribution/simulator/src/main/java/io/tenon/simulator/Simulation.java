package io.tenon.simulator;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.simulator.check.Cluster;
import io.tenon.simulator.check.CommittedNeverLost;
import io.tenon.simulator.check.ConfigurationsAgree;
import io.tenon.simulator.check.DurableBeforeSaid;
import io.tenon.simulator.check.DurableIsKept;
import io.tenon.simulator.check.ElectionSafety;
import io.tenon.simulator.check.EngineMatchesLog;
import io.tenon.simulator.check.EqualHashes;
import io.tenon.simulator.check.History;
import io.tenon.simulator.check.LeaderCompleteness;
import io.tenon.simulator.check.LeadersAreElected;
import io.tenon.simulator.check.LeadersCommitTheirOwn;
import io.tenon.simulator.check.LeasesNotRevokedEarly;
import io.tenon.simulator.check.LinearizableOperations;
import io.tenon.simulator.check.LogMatching;
import io.tenon.simulator.check.MonotonicTermsAndCommits;
import io.tenon.simulator.check.StateMachineSafety;
import io.tenon.simulator.check.Tally;
import io.tenon.simulator.check.TermsBeginWithCandidates;
import io.tenon.simulator.check.VotesNeverTakenBack;
import io.tenon.simulator.check.Witness;
import io.tenon.simulator.disk.EngineKind;
import io.tenon.simulator.fault.Churn;
import io.tenon.simulator.fault.Faults;
import io.tenon.simulator.load.Clients;
import io.tenon.simulator.load.LastRead;
import io.tenon.simulator.load.Watcher;
import io.tenon.simulator.load.Workload;
import io.tenon.simulator.member.Member;
import io.tenon.simulator.member.Members;
import io.tenon.simulator.member.Process;
import io.tenon.simulator.member.World;
import io.tenon.simulator.network.Network;
import io.tenon.simulator.network.Weather;
import io.tenon.simulator.world.Chance;
import io.tenon.simulator.world.Schedule;
import io.tenon.simulator.world.Trace;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One run of one seed. First things go wrong, and nothing may happen that must not; then they go right, and within a bounded time everything
 * that was acknowledged is there, on every member, and the cluster serves.
 */
public final class Simulation {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    /** Bound for coming to rest; much longer than any timeout in a node. */
    private static final long CONVERGENCE_NANOS = 60 * SECOND;
    private static final long HASHES_NANOS = 300 * MILLISECOND;
    private static final long LOOK_NANOS = 100 * MILLISECOND;
    /** A hundred times what a run takes. */
    private static final long MOST_EVENTS = 3_000_000;
    private static final int[] SIZES = {1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7};

    private final long seed;
    private final Chance chance;
    private final Schedule schedule = new Schedule();
    private final Trace trace;
    private final Cluster cluster = new Cluster();
    private final Witness witness = new Witness(cluster);
    private final LeasesNotRevokedEarly leases = new LeasesNotRevokedEarly(schedule);
    private final History history = new History(cluster, leases);
    private final EqualHashes hashes = new EqualHashes(history);
    private final World world;
    private final Members members;
    private final Clients clients;
    private final Churn churn;
    private final Faults faults;

    /** @param text takes every line of the trace, when there is somebody to read it */
    public Simulation(long seed, EngineKind engine, Optional<Consumer<String>> text) {
        this.seed = seed;
        chance = new Chance(seed);
        trace = new Trace(schedule, text);
        Network network = new Network(schedule, chance.split(), trace, chance.happens(0.5) ? Weather.FAIR : Weather.drawn(chance));
        world = new World(schedule, network, trace, witness);
        EngineMatchesLog engines = new EngineMatchesLog(history);
        members = new Members(SIZES[chance.below(SIZES.length)], engine, world, engines, chance.split());
        clients = new Clients(world, members, new Clients.Rules(history, new LinearizableOperations(history), leases));
        churn = new Churn(world, members, chance.split());
        faults = new Faults(world, members, churn, chance.split());
        addInvariants();
    }

    private void addInvariants() {
        witness.add(leases);
        witness.add(history);
        witness.add(new ElectionSafety());
        witness.add(new LogMatching(cluster));
        witness.add(new LeaderCompleteness(cluster));
        witness.add(new StateMachineSafety(cluster));
        witness.add(new CommittedNeverLost(cluster));
        witness.add(new VotesNeverTakenBack(cluster));
        witness.add(new DurableBeforeSaid(cluster));
        witness.add(new DurableIsKept(cluster));
        witness.add(new LeadersAreElected(cluster));
        witness.add(new LeadersCommitTheirOwn(cluster));
        witness.add(new TermsBeginWithCandidates(cluster));
        witness.add(new MonotonicTermsAndCommits());
        witness.add(new ConfigurationsAgree(members.settings().members()));
        witness.add(churn);
        witness.add(new Tally(trace));
    }

    /** Runs to the end. A violation is in the outcome. */
    public Outcome run() {
        long startNanos = System.nanoTime();
        Optional<Violation> violation = Optional.empty();
        try {
            members.all().forEach(Member::start);
            clients.begin(Workload.drawn(chance), chance.split());
            faults.begin();
            compareHashes();
            long safetyNanos = chance.between(2, 9) * SECOND;
            runUntil(safetyNanos);
            clients.stop();
            faults.end();
            trace.note(1, () -> "nothing goes wrong from now on");
            converge();
        } catch (Violation found) {
            violation = Optional.of(found);
        } finally {
            members.dispose();
        }
        return new Outcome(seed, members.settings().engine(), trace.hash(), new Outcome.Effort(schedule.happened(), schedule.nowNanos(), System.nanoTime() - startNanos),
                new Outcome.Work(cluster.lastCommitted(), clients.answers(), history.model().revision(), trace.counts()), violation);
    }

    private void runUntil(long untilNanos) {
        while (schedule.next(untilNanos)) {
            clients.verdict().require();
            if (schedule.happened() > MOST_EVENTS) {
                throw new Violation("Progress", "%d events within %.1f s: something is never at rest".formatted(MOST_EVENTS, schedule.nowNanos() / 1e9));
            }
        }
    }

    /** Asks all members for the hash at one revision, again and again, so that some have and others have not removed what is compacted. */
    private void compareHashes() {
        schedule.after(chance.exponentialNanos(HASHES_NANOS), () -> {
            members.up().forEach(member -> askForHash(member, history.model().revision()));
            compareHashes();
        });
    }

    private void askForHash(Member member, long revision) {
        Process process = member.process().orElseThrow();
        process.call(() -> process.keys().hashKv(HashKVRequest.newBuilder().setRevision(revision).build(), new CallContext(process.home(), ""), new Reply<>() {
            @Override
            public void accept(HashKVResponse answer) {
                clients.verdict().check(() -> hashes.hashed(member.id(), revision, answer.getCompactRevision(), answer.getHash()));
            }

            @Override
            public void refuse(Refusal refusal) {
                // It may be compacted by now, or the member has no engine.
            }
        }));
    }

    private void converge() {
        long deadlineNanos = schedule.nowNanos() + CONVERGENCE_NANOS;
        while (schedule.nowNanos() < deadlineNanos) {
            runUntil(schedule.nowNanos() + LOOK_NANOS);
            if (hasConverged()) {
                requireSameState();
                return;
            }
        }
        throw new Violation("Convergence", "after %d s without faults: %s".formatted(CONVERGENCE_NANOS / SECOND, picture()));
    }

    /** A leader, and every member has applied all that was ever committed, and every watcher has seen it. */
    private boolean hasConverged() {
        List<Member> expected = churn.expected();
        return !expected.isEmpty() && expected.stream().allMatch(this::hasAll) && clients.watchers().stream().allMatch(Watcher::hasSeenAll) && isServing();
    }

    private boolean hasAll(Member member) {
        return member.process().filter(up -> up.parts().applyLoop().applied().index() == cluster.lastCommitted()
                && up.parts().machines().keyspace().revision() == history.model().revision()).isPresent();
    }

    /** The leader has committed an entry of its own term, so it serves reads. */
    private boolean isServing() {
        Optional<ConsensusStatus> leader = members.leader().flatMap(Member::process).map(up -> up.consensus().status());
        return leader.isPresent() && cluster.lastCommitted() > 0 && leader.get().commit() == leader.get().lastIndex();
    }

    /** Every member gives every key as the history has it, to a read of its own state, and to one that asks the others. */
    private void requireSameState() {
        List<LastRead> reads = new ArrayList<>();
        for (Member member : churn.expected()) {
            askForHash(member, history.model().revision());
            reads.add(new LastRead(clients, member, LastRead.Scope.THIS_MEMBER));
            reads.add(new LastRead(clients, member, LastRead.Scope.ALL_MEMBERS));
        }
        reads.forEach(LastRead::ask);
        long deadlineNanos = schedule.nowNanos() + CONVERGENCE_NANOS;
        while (!reads.stream().allMatch(LastRead::isAnswered)) {
            if (schedule.nowNanos() >= deadlineNanos) {
                throw new Violation("Convergence", "not answered when nothing is wrong: %s; %s".formatted(
                        reads.stream().filter(read -> !read.isAnswered()).toList(), picture()));
            }
            runUntil(schedule.nowNanos() + LOOK_NANOS);
        }
    }

    private String picture() {
        StringBuilder picture = new StringBuilder("committed " + cluster.lastCommitted() + ", revision " + history.model().revision());
        for (Member member : members.all()) {
            picture.append("; ").append(member.name()).append(member.isGone() ? " gone" : member.isUp() ? " up" : " down");
            member.process().ifPresent(up -> {
                ConsensusStatus status = up.consensus().status();
                picture.append(" %s term %d leader %x commit %d last %d applied %d of %s".formatted(status.role(), status.term(), status.leader(), status.commit(),
                        status.lastIndex(), up.parts().applyLoop().applied().index(), cluster.member(member.id()).configuration().voters().size()));
            });
        }
        clients.watchers().stream().filter(watcher -> !watcher.hasSeenAll()).forEach(watcher -> picture.append("; ").append(watcher));
        return picture.toString();
    }
}
