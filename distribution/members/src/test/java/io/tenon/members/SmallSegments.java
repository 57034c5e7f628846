package io.tenon.members;

import io.tenon.api.loop.LoopHost;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogSession;
import io.tenon.spi.log.LogStore;
import io.tenon.wal.WalStore;
import java.util.Optional;

/** The real log, in segments so small that it soon gives up what a snapshot holds. */
final class SmallSegments implements LogStore {
    private static final int SEGMENT_BYTES = 4096;
    private final LogStore log = new WalStore();

    private static LogLocation small(LogLocation location) {
        return new LogLocation(location.walDirectory(), location.snapshotDirectory(), SEGMENT_BYTES, location.sync(), new LogLocation.Retention(2, 1));
    }

    @Override
    public Optional<LogIdentity> identify(LogLocation location) throws LogException {
        return log.identify(small(location));
    }

    @Override
    public LogSession create(LogLocation location, LogBeginning beginning, LoopHost loops) throws LogException {
        return log.create(small(location), beginning, loops);
    }

    @Override
    public LogSession open(LogLocation location, LoopHost loops) throws LogException {
        return log.open(small(location), loops);
    }
}
