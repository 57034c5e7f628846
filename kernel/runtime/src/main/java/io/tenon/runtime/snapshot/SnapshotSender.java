package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.api.loop.LoopHost;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.peer.Peers;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.transport.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends snapshots to members that lack entries which the log has released. Consensus names the newest snapshot it knows of; what is sent is
 * the state as it is now, because that is what the engine has, and a later index serves as well. Owned by the apply loop.
 */
public final class SnapshotSender {
    /** Snapshots on their way at once; each holds a view of the engine. */
    public static final int MOST_IN_FLIGHT = 16;
    /** How long the log is kept for a member that has got its snapshot and now asks for what follows. */
    static final long KEPT_AFTER_END_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);

    private final Parts parts;
    private final Consumer<String> onCorruption;
    private final List<Flight> flights = new ArrayList<>();
    /** What was said last: consensus tries again with every heartbeat, and one line tells it. */
    private String complaint = "";

    /** What sending works on. */
    record Parts(LoopHost host, ApplyLoop applyLoop, StorageCoordinator storage, Machines machines, Peers peers,
                 AtomicReference<Optional<Consensus>> consensus, Databases databases) {
    }

    /** One snapshot on its way, or ended less than {@link #KEPT_AFTER_END_NANOS} ago. */
    private static final class Flight {
        private final long index;
        private Optional<Long> endedAtNanos = Optional.empty();

        Flight(long index) {
            this.index = index;
        }
    }

    /** @param onCorruption told what was found in the engine while it was read */
    SnapshotSender(Parts parts, Consumer<String> onCorruption) {
        this.parts = parts;
        this.onCorruption = onCorruption;
    }

    /** A member needs a snapshot. Any thread; what becomes of it is told to consensus. */
    public void send(Message message) {
        parts.applyLoop.mustRun(() -> parts.storage.whenEntryComplete(() -> begin(message)));
    }

    private void begin(Message message) {
        oldestNeeded(parts.host.nowNanos());
        LogMark mark = parts.applyLoop.applied();
        Optional<String> obstacle = obstacle(message, mark);
        if (obstacle.isPresent()) {
            fail(message, obstacle.get());
            return;
        }
        complaint = "";
        MembershipPort membership = parts.machines.membership();
        Snapshot snapshot = new Snapshot(mark.index(), mark.term(), membership.confState(), membership.snapshotData());
        Flight flight = new Flight(mark.index());
        flights.add(flight);
        parts.storage.viewAt(mark, parts.host.nowNanos(), new StorageCoordinator.Outcome<>(
                view -> parts.applyLoop.mustRun(() -> depart(with(message, snapshot), flight, view)),
                () -> parts.applyLoop.mustRun(() -> {
                    flights.remove(flight);
                    fail(message, "the storage engine went away");
                })));
    }

    private Optional<String> obstacle(Message message, LogMark mark) {
        if (!parts.storage.attached() || !parts.machines.complete() || parts.applyLoop.isReplacing()) {
            return Optional.of("state or storage engine are being replaced");
        }
        if (mark.index() < message.snapshot().index()) {
            return Optional.of("only " + mark.index() + " is applied");
        }
        if (flights.stream().filter(flight -> flight.endedAtNanos.isEmpty()).count() >= MOST_IN_FLIGHT) {
            return Optional.of(MOST_IN_FLIGHT + " snapshots are on their way");
        }
        return parts.peers.reaching(message.to()).isEmpty() ? Optional.of("no transport reaches it") : Optional.empty();
    }

    private static Message with(Message message, Snapshot snapshot) {
        return new Message(message.type(), message.to(), message.from(), message.term(), message.logTerm(), message.index(), message.entries(),
                message.commit(), snapshot, message.reject(), message.rejectHint(), message.context());
    }

    private void depart(Message message, Flight flight, EngineView view) {
        LogMark mark = new LogMark(message.snapshot().term(), message.snapshot().index());
        if (!view.applied().equals(mark)) {
            view.close();
            throw new IllegalStateException("the engine shows " + view.applied() + " to send, applied was " + mark);
        }
        ViewInFlight outgoing = new ViewInFlight(message, new ViewReader(view, onCorruption), parts.databases,
                outcome -> arrived(message.to(), flight, outcome));
        Optional<PeerTransport> transport = parts.peers.reaching(message.to());
        if (transport.isEmpty()) {
            outgoing.ended(SnapshotOutcome.FAILED);
            return;
        }
        LOG.info("sending snapshot to={} snapshot-index={} snapshot-term={} transport={}", Long.toHexString(message.to()), mark.index(),
                mark.term(), transport.get().name());
        transport.get().sendSnapshot(outgoing);
    }

    /** Any thread. */
    private void arrived(long member, Flight flight, SnapshotOutcome outcome) {
        LOG.info("snapshot sent to={} snapshot-index={} outcome={}", Long.toHexString(member), flight.index, outcome);
        parts.applyLoop.mustRun(() -> ended(flight, outcome));
        parts.consensus.get().ifPresent(consensus -> consensus.snapshotSent(member, outcome));
    }

    private void ended(Flight flight, SnapshotOutcome outcome) {
        switch (outcome) {
            case DELIVERED -> flight.endedAtNanos = Optional.of(parts.host.nowNanos());
            case FAILED -> flights.remove(flight);
        }
    }

    private void fail(Message message, String reason) {
        String now = "snapshot not sent to=" + Long.toHexString(message.to()) + " reason=\"" + reason + "\"";
        if (!now.equals(complaint)) {
            LOG.warn(now);
            complaint = now;
        }
        parts.consensus.get().ifPresent(consensus -> consensus.snapshotSent(message.to(), SnapshotOutcome.FAILED));
    }

    /**
     * The oldest entry that a member with a snapshot on its way will ask about: the one of the snapshot, whose term goes before those that
     * follow. {@link Long#MAX_VALUE} when there is none.
     */
    public long oldestNeeded(long nowNanos) {
        flights.removeIf(flight -> flight.endedAtNanos.isPresent() && nowNanos - flight.endedAtNanos.get() >= KEPT_AFTER_END_NANOS);
        return flights.stream().mapToLong(flight -> flight.index).min().orElse(Long.MAX_VALUE);
    }
}
