package io.tenon.simulator.member;

import io.tenon.api.config.NodeConfig;
import io.tenon.runtime.bootstrap.StartRefused;
import io.tenon.simulator.Violation;
import io.tenon.simulator.check.EngineMatchesLog;
import io.tenon.simulator.disk.Machine;
import io.tenon.simulator.world.Chance;
import io.tenon.spi.election.ElectionRule;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.wal.WalStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A member through all its lives: one machine, one identity, one process after the other. */
public final class Member {
    private final int number;
    private final long id;
    private final Settings settings;
    private final EngineMatchesLog engines;
    private final World world;
    private final Chance chance;
    private final Machine machine;
    private final Pace pace = new Pace();
    private final NodeConfig config;
    private Set<ElectionRule> rules = EnumSet.allOf(ElectionRule.class);
    private Optional<Process> process = Optional.empty();
    private boolean gone;

    Member(int number, long id, Settings settings, World world, EngineMatchesLog engines, Chance chance) {
        this.engines = engines;
        this.number = number;
        this.id = id;
        this.settings = settings;
        this.world = world;
        this.chance = chance;
        machine = new Machine(settings.engine(), chance.split());
        config = settings.config(number);
    }

    public String name() {
        return Settings.name(number);
    }

    public long id() {
        return id;
    }

    public List<String> peerUrls() {
        return Settings.peerUrls(number);
    }

    NodeConfig config() {
        return config;
    }

    long segmentBytes() {
        return settings.segmentBytes();
    }

    Machine machine() {
        return machine;
    }

    public Pace pace() {
        return pace;
    }

    public Optional<Process> process() {
        return process;
    }

    public boolean isUp() {
        return process.isPresent();
    }

    /** True when it was removed from the cluster and never comes back. */
    public boolean isGone() {
        return gone;
    }

    void dispose() {
        machine.dispose();
    }

    /** Gives it the log of one that joins a running cluster. Instead of the first start's. */
    void prepareToJoin() {
        try {
            LogLocation location = new LogLocation(Path.of("/data/member/wal"), Path.of("/data/member/snap"), settings.segmentBytes(), true,
                    LogLocation.Retention.DEFAULT);
            Host nobody = new Host(world.schedule(), chance.split(), pace, work -> { });
            new WalStore(machine.disk(), OnTheSpot::new).create(location, LogBeginning.empty(new LogIdentity(id, settings.clusterId())), nobody).close();
            machine.processDied();
        } catch (LogException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Starts a process. The disk may fail meanwhile. */
    public void start() {
        if (isUp() || gone) {
            return;
        }
        Process started = new Process(this, world, chance);
        process = Optional.of(started);
        note("starts");
        try {
            started.start(rules, chance);
            engines.restored(id, started.parts().applyLoop().applied().index(), started.parts().machines().keyspace().revision());
        } catch (Violation violation) {
            throw violation;
        } catch (IOException | StartRefused | RuntimeException failure) {
            if (!machine.isOff()) {
                throw new Violation("NodesStart", "member %s does not start: %s".formatted(name(), failure.getMessage()), failure);
            }
            powerFailed();
        }
    }

    /** From now on the disk takes so many more operations; the next one is when the power fails. */
    public void failPowerAfter(int operations) {
        machine.failPowerAfter(operations);
    }

    /** Nothing is wrong with its machine from now on. */
    public void recover() {
        pace.recover();
        if (!machine.isOff()) {
            machine.keepPower();
        }
    }

    /** The machine goes off, with what was not synced. */
    public void powerFailed() {
        end("loses power");
        machine.loseWhatWasNotSynced();
    }

    /** The process is killed; the machine is not. */
    public void killed() {
        end("is killed");
        machine.processDied();
    }

    /** The process is stopped in order. */
    public void stopped() {
        process.ifPresent(Process::stopInOrder);
        // The disk may have failed in its last write.
        if (isUp()) {
            end("is stopped");
            machine.processDied();
        }
    }

    private void end(String how) {
        if (process.isPresent()) {
            note(how);
            process.get().end();
            process = Optional.empty();
            world.witness().ended(id);
        }
    }

    /** It was removed from the cluster: its process ends for good. */
    public void leave() {
        if (isUp()) {
            killed();
        }
        gone = true;
        note("is gone");
    }

    /** Puts other election rules in force, now and for later starts. */
    public void rules(Set<ElectionRule> next) {
        rules = next;
        process.ifPresent(up -> up.call(() -> up.consensus().changeRules(next)));
        note("goes by " + next);
    }

    public Set<ElectionRule> rules() {
        return rules;
    }

    private void note(String what) {
        world.trace().note(id ^ what.hashCode(), () -> name() + " (" + Long.toHexString(id) + ") " + what);
    }
}
