package io.tenon.simulator.fault;

import io.tenon.simulator.member.Member;
import io.tenon.simulator.member.Members;
import io.tenon.simulator.member.Process;
import io.tenon.simulator.member.World;
import io.tenon.simulator.network.Weather;
import io.tenon.simulator.world.Chance;
import io.tenon.spi.election.ElectionRule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Lets things go wrong, one after the other, in a mix that differs from seed to seed: some kinds of fault do not happen at all in a run, so that
 * others have time to do their harm.
 */
public final class Faults {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final double SLOWEST_CLOCK = 0.95;
    private static final double CLOCK_SPREAD = 0.1;

    private final World world;
    private final Members members;
    private final Churn churn;
    private final Chance chance;
    private final List<Fault> kinds = new ArrayList<>();
    private final long meanNanos;
    private boolean stopped;

    public Faults(World world, Members members, Churn churn, Chance chance) {
        this.world = world;
        this.members = members;
        this.churn = churn;
        this.chance = chance;
        double share = 0.15 + 0.6 * chance.fraction();
        for (Fault fault : Fault.values()) {
            if (chance.happens(share)) {
                kinds.add(fault);
            }
        }
        meanNanos = chance.between(150, 2_500) * MILLISECOND;
    }

    public void begin() {
        if (!kinds.isEmpty()) {
            world.schedule().after(chance.exponentialNanos(meanNanos), this::next);
        }
    }

    private void next() {
        if (stopped) {
            return;
        }
        Fault fault = chance.of(kinds);
        world.trace().note(fault.ordinal(), fault::name);
        world.trace().count("fault " + fault.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        happen(fault);
        begin();
    }

    private void happen(Fault fault) {
        switch (fault) {
            case POWER_FAILURE -> onOneThatIsUp(member -> restartLater(member, member::powerFailed));
            case POWER_FAILURE_WITHIN_A_WRITE -> onOneThatIsUp(this::failPowerAgainAndAgain);
            case KILL -> onOneThatIsUp(member -> restartLater(member, member::killed));
            case STOP -> onOneThatIsUp(member -> restartLater(member, member::stopped));
            case ALL_LOSE_POWER -> members.up().forEach(member -> restartLater(member, member::powerFailed));
            case PAUSE -> onLeaderOrAny(member -> member.process().ifPresent(up -> up.pause(chance.exponentialNanos(chance.between(1, 4) * SECOND))));
            case PARTITION -> partition();
            case ONE_WAY_PARTITION -> cutOneWay();
            case MEND -> world.network().mend();
            case WEATHER -> world.network().weather(Weather.drawn(chance));
            case SLOW_DISK -> onOneThatIsUp(member -> member.pace().diskMeanNanos(chance.between(1, 200) * MILLISECOND));
            case STALLED_DISK -> onOneThatIsUp(member -> member.pace().diskStallsUntil(world.schedule().nowNanos() + chance.exponentialNanos(2 * SECOND)));
            case CLOCK -> onOneThatIsUp(member -> member.pace().clockRate(SLOWEST_CLOCK + CLOCK_SPREAD * chance.fraction()));
            case TRANSFER -> transfer();
            case RULES -> onOneThatIsUp(member -> member.rules(someRules()));
            case ADD_MEMBER -> churn.add(chance);
            case PROMOTE -> churn.promote(chance);
            case REMOVE_MEMBER -> churn.remove(chance);
            case JOINT_CHANGE -> churn.changeJointly(chance);
            case ENGINE_SWAP -> onOneThatIsUp(member -> member.process().ifPresent(this::restartEngine));
            case ISOLATION -> onLeaderOrAny(this::isolate);
        }
    }

    private void onOneThatIsUp(Consumer<Member> work) {
        List<Member> up = members.up();
        if (!up.isEmpty()) {
            work.accept(chance.of(up));
        }
    }

    /** The leader, as often as any: what goes wrong with it alone is seldom seen otherwise. */
    private void onLeaderOrAny(java.util.function.Consumer<Member> work) {
        if (chance.happens(0.5)) {
            members.leader().ifPresent(work);
        } else {
            onOneThatIsUp(work);
        }
    }

    /** Often it fails once more while the log is being opened, or soon after: then the end of the log is torn twice. */
    private void failPowerAgainAndAgain(Member member) {
        member.failPowerAfter(1 + chance.below(12));
        startLater(member);
        if (!stopped && chance.happens(0.4)) {
            world.schedule().after(chance.exponentialNanos(SECOND), () -> {
                if (member.isUp() && !stopped) {
                    failPowerAgainAndAgain(member);
                }
            });
        }
    }

    /** One that runs on and hears nobody, long enough for the others to forget what it lacks. */
    private void isolate(Member member) {
        for (Member other : members.staying()) {
            if (other != member) {
                world.network().cut(member.id(), other.id());
                world.network().cut(other.id(), member.id());
            }
        }
        world.schedule().after(chance.between(1, 5) * SECOND, world.network()::mend);
    }

    private void restartLater(Member member, Runnable end) {
        end.run();
        startLater(member);
    }

    private void startLater(Member member) {
        world.schedule().after(chance.exponentialNanos(2 * SECOND), member::start);
    }

    /** Two sides that do not hear of each other; often one member against the rest, sometimes the leader. */
    private void partition() {
        world.network().mend();
        List<Member> all = members.staying();
        Set<Long> side = new TreeSet<>();
        Optional<Member> leader = members.leader();
        if (chance.happens(0.3) && leader.isPresent()) {
            side.add(leader.get().id());
        } else {
            all.stream().filter(member -> chance.happens(0.5)).forEach(member -> side.add(member.id()));
        }
        for (Member one : all) {
            for (Member other : all) {
                if (side.contains(one.id()) != side.contains(other.id())) {
                    world.network().cut(one.id(), other.id());
                }
            }
        }
    }

    /** Some directions are closed while the other way is open. */
    private void cutOneWay() {
        List<Member> all = members.staying();
        for (Member one : all) {
            for (Member other : all) {
                if (one != other && chance.happens(0.2)) {
                    world.network().cut(one.id(), other.id());
                }
            }
        }
    }

    /** As when the engine's bundle is stopped and started. */
    private void restartEngine(Process process) {
        long awayNanos = chance.exponentialNanos(SECOND / 2);
        process.call(() -> process.restartEngine(awayNanos));
    }

    private void transfer() {
        Optional<Process> leader = members.leader().flatMap(Member::process);
        Member target = chance.of(members.all());
        leader.ifPresent(up -> up.call(() -> up.consensus().transferLeadership(target.id())));
    }

    /** As the bundles that are deployed by default would have it, or with one of them or both stopped. */
    private Set<ElectionRule> someRules() {
        Set<ElectionRule> rules = EnumSet.noneOf(ElectionRule.class);
        if (chance.happens(0.6)) {
            rules.add(ElectionRule.POLL_BEFORE_CAMPAIGN);
            rules.add(ElectionRule.ANSWER_STALE_LEADER);
        }
        if (chance.happens(0.6)) {
            rules.add(ElectionRule.PROTECT_LIVE_LEADER);
            rules.add(ElectionRule.RESIGN_WITHOUT_QUORUM);
            rules.add(ElectionRule.ANSWER_STALE_LEADER);
        }
        return rules;
    }

    /** Nothing goes wrong from now on, and what is wrong is put right. */
    public void end() {
        stopped = true;
        world.network().mend();
        world.network().weather(Weather.FAIR);
        for (Member member : members.staying()) {
            member.recover();
            member.rules(EnumSet.allOf(ElectionRule.class));
        }
        churn.finish();
    }
}
