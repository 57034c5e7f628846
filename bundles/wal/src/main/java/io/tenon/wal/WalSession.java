package io.tenon.wal;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogRecovery;
import io.tenon.spi.log.LogSession;
import io.tenon.wal.disk.Disk;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open log: hands work to the {@link LogWriter} and reads past it. */
final class WalSession implements LogSession {
    private static final Logger LOG = LoggerFactory.getLogger(WalSession.class);

    private final Disk disk;
    private final LogLocation location;
    private final LogIdentity identity;
    private final LogRecovery recovery;
    private final SnapshotFiles snapshots;
    private final Background background;
    private final LogWriter writer;
    private final LoopHandle handle;
    private volatile boolean closed;

    WalSession(Disk disk, LogLocation location, Recovered recovered, Background background, LoopHost loops) {
        this.disk = disk;
        this.location = location;
        this.background = background;
        identity = recovered.identity();
        recovery = recovered.recovery();
        snapshots = new SnapshotFiles(disk, location.snapshotDirectory());
        SegmentSupply supply = new SegmentSupply(disk, location, background);
        writer = new LogWriter(recovered, new ActiveSegment(disk, location, recovered, supply), new Retirement(disk, location, recovered, background));
        handle = loops.attach(LoopRole.LOG, "wal", writer);
        writer.inbox().onOffer(handle::wake);
    }

    @Override
    public LogIdentity identity() {
        return identity;
    }

    @Override
    public LogRecovery recovery() {
        return recovery;
    }

    @Override
    public boolean append(LogAppend append) {
        return !closed && !writer.hasEnded() && writer.inbox().offer(new Work.Append(append));
    }

    @Override
    public List<Entry> read(long fromIndex, long toIndexExclusive, long mostBytes) throws LogException {
        return new LogReader(disk, writer.view(), toIndexExclusive, mostBytes).readFrom(fromIndex);
    }

    @Override
    public void saveSnapshot(Snapshot snapshot, Runnable onDurable) throws LogException {
        if (snapshot.isEmpty()) {
            throw new IllegalArgumentException("an empty snapshot");
        }
        snapshots.write(snapshot);
        if (closed || writer.hasEnded() || !writer.inbox().offer(new Work.Mark(snapshot, () -> recorded(onDurable)))) {
            throw new LogException("the log has ended, or too much waits for its disk; snapshot " + snapshot.index() + " was not recorded");
        }
    }

    private void recorded(Runnable onDurable) {
        onDurable.run();
        background.execute(() -> snapshots.keepNewest(location.retention().maxSnapshots()));
    }

    @Override
    public void release(long index) {
        writer.releaseUpTo(index);
        handle.wake();
    }

    @Override
    public long firstIndex() {
        return writer.view().firstIndex();
    }

    @Override
    public long lastIndex() {
        return writer.view().lastIndex();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        handle.close();
        // An interrupt would close the channel under the last write.
        boolean interrupted = Thread.interrupted();
        try {
            writer.close();
        } catch (IOException failed) {
            LOG.error("log in {} did not close cleanly", location.walDirectory(), failed);
        } finally {
            background.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
