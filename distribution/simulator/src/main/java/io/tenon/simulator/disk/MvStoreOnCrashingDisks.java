package io.tenon.simulator.disk;

import io.tenon.simulator.world.Chance;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.storage.mvstore.CrashingDisk;
import io.tenon.storage.mvstore.MvStoreEngine;
import io.tenon.storage.mvstore.file.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The real default engine. Its folders are real; what is in its files is kept by disks that lose it when the power fails. */
final class MvStoreOnCrashingDisks implements CrashingEngine {
    private final Path root;
    private final MvStoreEngine engine = MvStoreEngine.on(this::open);
    private final List<PoweredDisk> disks = new ArrayList<>();
    private final List<EngineSession> sessions = new ArrayList<>();

    MvStoreOnCrashingDisks() {
        try {
            root = Files.createTempDirectory("tenon-simulated-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Disk open(Path file) {
        try {
            PoweredDisk disk = new PoweredDisk(new CrashingDisk(file, Integer.MAX_VALUE));
            disks.add(disk);
            return disk;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public String id() {
        return engine.id();
    }

    @Override
    public int formatVersion() {
        return engine.formatVersion();
    }

    @Override
    public EngineSession open(Path folder, EngineOptions options) throws EngineException {
        EngineSession session = engine.open(folder, options);
        sessions.add(session);
        return session;
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public void create(Path folder) throws IOException {
        Files.createDirectories(folder);
    }

    @Override
    public void remove(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void crash(Chance chance) throws IOException {
        List<PoweredDisk> open = turnOff();
        for (PoweredDisk disk : open) {
            disk.bytes.leave(chance.bits());
        }
    }

    @Override
    public void processDied() throws IOException {
        List<PoweredDisk> open = turnOff();
        for (PoweredDisk disk : open) {
            disk.bytes.leaveAll();
        }
    }

    /** Nothing is written any more; the sessions of the process let go of their locks. */
    private List<PoweredDisk> turnOff() {
        List<PoweredDisk> open = disks.stream().filter(disk -> !disk.closed).toList();
        open.forEach(disk -> disk.bytes.turnOff());
        sessions.forEach(MvStoreOnCrashingDisks::abandon);
        sessions.clear();
        disks.clear();
        return open;
    }

    private static void abandon(EngineSession session) {
        // Who is interrupted does not wait for views that the dead process left open.
        Thread.currentThread().interrupt();
        try {
            session.close();
        } catch (EngineException expected) {
            // Its disk is off.
        } finally {
            Thread.interrupted();
        }
    }

    @Override
    public void dispose() throws IOException {
        turnOff();
        remove(root);
    }

    /** A disk that leaves what it holds in the file when it is closed, as long as it has power. */
    private static final class PoweredDisk implements Disk {
        private final CrashingDisk bytes;
        private boolean closed;

        PoweredDisk(CrashingDisk bytes) {
            this.bytes = bytes;
        }

        @Override
        public void read(ByteBuffer target, long position) throws IOException {
            bytes.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            bytes.write(source, position);
        }

        @Override
        public void sync() throws IOException {
            bytes.sync();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            bytes.truncate(sizeBytes);
        }

        @Override
        public long sizeBytes() {
            return bytes.sizeBytes();
        }

        @Override
        public void close() throws IOException {
            if (!closed && !bytes.isOff()) {
                closed = true;
                bytes.leaveAll();
            }
        }
    }
}
