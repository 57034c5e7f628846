package io.tenon.transport.local;

import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerInbox;
import io.tenon.spi.transport.PeerMessages;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The snapshots that this member sends and receives, each on a thread of its own. Any thread. */
final class Snapshots {
    /** At once, in both directions together: as many as etcd sends. */
    static final int MOST_UNDER_WAY = 16;
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final String member;
    private final PeerInbox inbox;
    private final Map<SnapshotPipe, Thread> underWay = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Snapshots(String member, PeerInbox inbox) {
        this.member = member;
        this.inbox = inbox;
    }

    void send(OutgoingSnapshot snapshot, SnapshotPipe pipe, Optional<Mailbox> to) {
        boolean offered = to.isPresent() && start(pipe, "send", () -> stream(snapshot, pipe, to.get()));
        if (!offered) {
            snapshot.ended(SnapshotOutcome.FAILED);
        }
    }

    private void stream(OutgoingSnapshot snapshot, SnapshotPipe pipe, Mailbox to) {
        boolean delivered = false;
        try {
            if (!to.offer(pipe)) {
                throw new IOException("the member is gone, or too many snapshots wait for it");
            }
            snapshot.writeTo(pipe.output());
            delivered = pipe.finish();
        } catch (IOException | RuntimeException failure) {
            LOG.warn("snapshot was not delivered member={} to={} reason=\"{}\"", member, Long.toHexString(snapshot.message().to()),
                    failure.getMessage());
        } finally {
            pipe.end(delivered);
            snapshot.ended(delivered ? SnapshotOutcome.DELIVERED : SnapshotOutcome.FAILED);
        }
    }

    void receive(SnapshotPipe pipe) {
        if (!start(pipe, "receive", () -> bring(pipe))) {
            pipe.end(false);
        }
    }

    private void bring(SnapshotPipe pipe) {
        boolean taken = false;
        try (InputStream export = pipe.input()) {
            inbox.receiveSnapshot(PeerMessages.decode(UnsafeByteOperations.unsafeWrap(pipe.message())), export);
            taken = true;
        } catch (IOException | RuntimeException failure) {
            LOG.warn("snapshot was not taken member={} reason=\"{}\"", member, failure.getMessage());
        } finally {
            pipe.end(taken);
        }
    }

    private boolean start(SnapshotPipe pipe, String direction, Runnable work) {
        Thread thread = Thread.ofPlatform().daemon().name("tenon-local-" + direction + "-" + member).unstarted(() -> {
            try {
                work.run();
            } finally {
                underWay.remove(pipe);
            }
        });
        synchronized (this) {
            if (closed || underWay.size() >= MOST_UNDER_WAY) {
                return false;
            }
            underWay.put(pipe, thread);
            thread.start();
        }
        return true;
    }

    /** Breaks off all of them and waits for their threads; one that the disk holds is left to end by itself. */
    void close(long mostMillis) {
        synchronized (this) {
            closed = true;
        }
        underWay.keySet().forEach(pipe -> pipe.end(false));
        long until = System.nanoTime() + Duration.ofMillis(mostMillis).toNanos();
        for (Thread thread : underWay.values()) {
            try {
                if (!thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())))) {
                    LOG.warn("a snapshot's thread does not end thread={}", thread.getName());
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
