package io.tenon.chaos;

import io.tenon.chaos.fault.FaultKind;
import io.tenon.chaos.fault.Nemesis;
import io.tenon.chaos.fault.Schedule;
import io.tenon.chaos.fault.SmallDisk;
import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.judge.Complaint;
import io.tenon.chaos.judge.Judge;
import io.tenon.chaos.load.Load;
import io.tenon.chaos.member.Cluster;
import io.tenon.chaos.member.StuckCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run: a cluster under load and faults, judged round by round. */
public final class Torment {
    private static final int DISK_MIB = 512;
    /** A round is over after so many complaints: more say no more. */
    private static final int SHOWN = 20;

    private final Plan plan;
    private final Path folder;
    private final PrintStream out;
    private final List<Complaint> complaints = new ArrayList<>();
    private long operations;
    private int undecidedKeys;

    /** @param folder that is empty, for data and logs */
    public Torment(Plan plan, Path folder, PrintStream out) {
        this.plan = plan;
        this.folder = folder;
        this.out = out;
    }

    /** Runs to the end and answers what was found. */
    public Report run() throws IOException, InterruptedException {
        Optional<SmallDisk> disk = plan.faults().contains(FaultKind.FULL_DISK) ? SmallDisk.at(folder.resolve("m1/data"), DISK_MIB)
                : Optional.empty();
        try (Cluster cluster = new Cluster(folder, plan.flags())) {
            cluster.start(plan.members());
            out.printf("%d members serve: %s; seed %d; data and logs in %s%n", plan.members().size(), plan.members(), plan.load().seed(), folder);
            try (Load load = new Load(cluster, plan.load())) {
                return rounds(cluster, load, disk);
            }
        } finally {
            if (disk.isPresent()) {
                disk.get().close();
            }
        }
    }

    private Report rounds(Cluster cluster, Load load, Optional<SmallDisk> disk) throws InterruptedException {
        List<FaultKind> kinds = plan.faults().stream().filter(kind -> kind != FaultKind.FULL_DISK || disk.isPresent()).toList();
        Schedule schedule = new Schedule(plan.load().seed(), kinds);
        Nemesis nemesis = new Nemesis(cluster, disk, load::everybodyHas);
        long end = System.nanoTime() + plan.duration().toNanos();
        List<Operation> undecided = List.of();
        for (int round = 1; System.nanoTime() - end < 0 && complaints.isEmpty(); round++) {
            try {
                undecided = round(round, Math.min(end, System.nanoTime() + plan.round().toNanos()), new Actors(cluster, load, nemesis, schedule),
                        undecided);
            } catch (StuckCluster stuck) {
                complain(new Complaint(Complaint.Kind.STUCK, stuck.getMessage()));
            }
        }
        return new Report(operations, load.counts(), nemesis.done(), complaints, undecidedKeys);
    }

    private record Actors(Cluster cluster, Load load, Nemesis nemesis, Schedule schedule) {
    }

    private List<Operation> round(int number, long until, Actors actors, List<Operation> undecided) throws InterruptedException {
        actors.load.begin();
        while (System.nanoTime() - until < 0) {
            Schedule.Step step = actors.schedule.next();
            out.println(step);
            actors.nemesis.run(step);
            actors.load.watchFromThePast();
        }
        actors.load.end();
        actors.nemesis.undo();
        actors.nemesis.crashes().forEach(crash -> complain(new Complaint(Complaint.Kind.CRASHED, crash)));
        actors.cluster.recover();
        Evidence evidence = actors.load.evidence(undecided);
        Judge.Verdict verdict = Judge.judge(evidence);
        verdict.complaints().stream().limit(SHOWN).forEach(this::complain);
        Hashes.differ(actors.cluster, evidence.end()).ifPresent(this::complain);
        operations += evidence.operations().size();
        undecidedKeys += verdict.undecidedKeys();
        out.printf("round %d: %,d operations, revisions %,d to %,d, %d watchers, %d leases, %d writes without an answer: %s%n", number,
                evidence.operations().size(), evidence.base(), evidence.end(), evidence.watchers().size(), evidence.leases().size(),
                verdict.undecided().size(), complaints.isEmpty() ? "nothing wrong" : complaints.size() + " complaints");
        return verdict.undecided();
    }

    private void complain(Complaint complaint) {
        complaints.add(complaint);
        out.println("  " + complaint);
    }
}
