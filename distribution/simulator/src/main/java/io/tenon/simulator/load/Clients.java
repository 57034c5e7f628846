package io.tenon.simulator.load;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.simulator.check.History;
import io.tenon.simulator.check.LeasesNotRevokedEarly;
import io.tenon.simulator.check.LinearizableOperations;
import io.tenon.simulator.member.Member;
import io.tenon.simulator.member.Members;
import io.tenon.simulator.member.Process;
import io.tenon.simulator.member.World;
import io.tenon.simulator.world.Chance;
import io.tenon.simulator.world.Schedule;
import io.tenon.simulator.world.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everybody who uses the cluster. */
public final class Clients {
    private static final double LEADER_SHARE = 0.25;

    private final World world;
    private final Members members;
    private final Rules rules;
    private final Verdict verdict = new Verdict();
    private final List<Watcher> watchers = new ArrayList<>();
    private boolean stopped;
    private long answers;

    /** What answers are held to. */
    public record Rules(History history, LinearizableOperations operations, LeasesNotRevokedEarly leases) {
    }

    public Clients(World world, Members members, Rules rules) {
        this.world = world;
        this.members = members;
        this.rules = rules;
    }

    /** Lets them begin. */
    public void begin(Workload work, Chance chance) {
        for (int number = 1; number <= work.clients(); number++) {
            new Client(number, this, work, chance.split()).begin();
        }
        for (int number = 1; number <= work.watchers(); number++) {
            Watcher watcher = new Watcher(number, this, work, chance.split());
            watchers.add(watcher);
            watcher.begin();
        }
    }

    /** No operation begins from now on; watchers go on. */
    public void stop() {
        stopped = true;
    }

    boolean haveStopped() {
        return stopped;
    }

    public Verdict verdict() {
        return verdict;
    }

    /** How many operations were answered. */
    public long answers() {
        return answers;
    }

    void answered(String kind) {
        answers++;
        world.trace().count("answered client " + kind);
    }

    public List<Watcher> watchers() {
        return watchers;
    }

    LinearizableOperations operations() {
        return rules.operations();
    }

    LeasesNotRevokedEarly leases() {
        return rules.leases();
    }

    History history() {
        return rules.history();
    }

    Schedule schedule() {
        return world.schedule();
    }

    Trace trace() {
        return world.trace();
    }

    /** Any, or the leader, which alone renews leases. */
    Optional<Process> someProcess(Chance chance) {
        if (chance.happens(LEADER_SHARE)) {
            return members.leader().flatMap(Member::process);
        }
        List<Process> up = members.up().stream().map(Member::process).flatMap(Optional::stream).toList();
        return up.isEmpty() ? Optional.empty() : Optional.of(chance.of(up));
    }

    /** Whether it leads, and nobody leads a later term: one that does not know yet that it was replaced promises nothing. */
    boolean leads(Process process) {
        ConsensusStatus status = process.consensus().status();
        return status.isLeader() && members.leader().flatMap(Member::process).filter(leader -> leader == process).isPresent();
    }
}
