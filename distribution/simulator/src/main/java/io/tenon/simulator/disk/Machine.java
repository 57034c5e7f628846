package io.tenon.simulator.disk;

import io.tenon.runtime.storage.EngineDirectory;
import io.tenon.runtime.storage.Manifest;
import io.tenon.simulator.world.Chance;
import io.tenon.wal.MemoryDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/** What outlives a member's process: the disk with the log, the engine's stores, MANIFEST. */
public final class Machine {
    private final Chance chance;
    private final CrashingEngine engine;
    private final Engines engines = new Engines();
    private MemoryDisk disk = new MemoryDisk();

    public Machine(EngineKind kind, Chance chance) {
        this.chance = chance;
        engine = switch (kind) {
            case STRICT -> new SimulatedEngine();
            case MVSTORE -> new MvStoreOnCrashingDisks();
        };
    }

    /** What of a disk can go wrong in the simulator itself. */
    private interface Work {
        void run() throws IOException;
    }

    private static void sure(Work work) {
        try {
            work.run();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Nobody will use it any more. */
    public void dispose() {
        sure(engine::dispose);
    }

    /** The disk as it is in this life of the process. */
    public MemoryDisk disk() {
        return disk;
    }

    public CrashingEngine engine() {
        return engine;
    }

    public EngineDirectory engines() {
        return engines;
    }

    /** From now on the disk takes so many more operations, and then the power fails. */
    public void failPowerAfter(int operations) {
        disk.plan(MemoryDisk.Fault.CRASH, disk.operations() + operations);
    }

    /** A power failure that was to come does not. */
    public void keepPower() {
        disk.plan(MemoryDisk.Fault.NONE, 0);
    }

    public boolean isOff() {
        return disk.isCrashed();
    }

    /** The power failed: what was not synced is lost, or a part of it. */
    public void loseWhatWasNotSynced() {
        disk = disk.afterCrash(new Random(chance.bits()));
        sure(() -> engine.crash(chance));
    }

    /** The process died: what it wrote stays. */
    public void processDied() {
        disk.processDied();
        sure(engine::processDied);
    }

    /** Replaced in one step, as a rename does it; what happens before and after a rename is for the tests of the real one. */
    private final class Engines implements EngineDirectory {
        private final TreeSet<Path> folders = new TreeSet<>();
        private Optional<Manifest> manifest = Optional.empty();

        @Override
        public void prepare() {
            // There is nothing that could be missing.
        }

        @Override
        public Optional<Manifest> manifest() {
            return manifest;
        }

        @Override
        public void replaceManifest(Manifest next) throws IOException {
            checkPower();
            manifest = Optional.of(next);
        }

        /** A disk that is off takes nothing from a process that has not noticed. */
        private void checkPower() throws IOException {
            if (disk.isCrashed()) {
                throw new IOException("the machine is off");
            }
        }

        @Override
        public Path folder(Manifest of) {
            return of.folder(engine.root());
        }

        @Override
        public boolean exists(Path folder) {
            return folders.contains(folder);
        }

        @Override
        public void create(Path folder) throws IOException {
            checkPower();
            folders.add(folder);
            engine.create(folder);
        }

        @Override
        public List<Path> folders() {
            return List.copyOf(folders);
        }

        @Override
        public void remove(Path folder) throws IOException {
            checkPower();
            folders.remove(folder);
            engine.remove(folder);
        }
    }
}
