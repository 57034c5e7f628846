package io.tenon.wal;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.loop.LoopHost;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogSession;
import io.tenon.spi.log.LogStore;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.disk.LocalDisk;
import io.tenon.wal.format.Messages;
import io.tenon.wal.format.RecordType;
import io.tenon.wal.format.RecordWriter;
import io.tenon.wal.format.SegmentName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Opens logs in etcd's own format. */
@Component(service = LogStore.class)
public final class WalStore implements LogStore {
    private final Disk disk;
    private final Supplier<Background> backgrounds;

    @Activate
    public WalStore() {
        this(new LocalDisk(), () -> Background.thread("wal-background"));
    }

    /** With another disk, and other threads, for tests and simulations that fail or crash it. */
    public WalStore(Disk disk, Supplier<Background> backgrounds) {
        this.disk = disk;
        this.backgrounds = backgrounds;
    }

    @Override
    public Optional<LogIdentity> identify(LogLocation location) throws LogException {
        List<Segment> segments = Segments.in(disk, location.walDirectory());
        return segments.isEmpty() ? Optional.empty() : Optional.of(LogScan.identify(disk, segments.getLast()));
    }

    @Override
    public LogSession create(LogLocation location, LogBeginning beginning, LoopHost loops) throws LogException {
        Path directory = location.walDirectory();
        if (!Segments.in(disk, directory).isEmpty()) {
            throw new LogException("there is a log in " + directory + " already");
        }
        try {
            createDirectory(directory, beginning);
        } catch (IOException failed) {
            throw Damage.io("create the log in", directory, failed);
        }
        return open(location, loops);
    }

    /** Under another name first: the log is there whole or not at all. */
    private void createDirectory(Path directory, LogBeginning beginning) throws IOException {
        Path unfinished = directory.resolveSibling(directory.getFileName() + ".tmp");
        deleteAll(unfinished);
        disk.createDirectories(unfinished);
        try (DiskFile file = disk.create(unfinished.resolve(new SegmentName(0, 0).toString()))) {
            RecordWriter records = new RecordWriter(file, 0, 0);
            records.anchor();
            records.message(RecordType.METADATA, Messages.metadata(beginning.identity()));
            records.message(RecordType.SNAPSHOT, Messages.beginning());
            for (Entry entry : beginning.entries()) {
                records.entry(entry);
            }
            if (!beginning.hardState().equals(HardState.EMPTY)) {
                records.state(beginning.hardState());
            }
            records.flush();
            file.sync();
        }
        disk.syncDirectory(unfinished);
        deleteAll(directory);
        disk.rename(unfinished, directory);
        disk.syncDirectory(directory.toAbsolutePath().getParent());
    }

    /** There is no log in it: leftovers of a creation that was cut short. */
    private void deleteAll(Path directory) throws IOException {
        for (String name : disk.names(directory)) {
            disk.delete(directory.resolve(name));
        }
        disk.delete(directory);
    }

    @Override
    public LogSession open(LogLocation location, LoopHost loops) throws LogException {
        Recovered recovered = new Recovery(disk, location).run();
        return new WalSession(disk, location, recovered, backgrounds.get(), loops);
    }
}
