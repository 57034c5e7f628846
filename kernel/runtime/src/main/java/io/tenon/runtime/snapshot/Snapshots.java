package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.Consensus;
import io.tenon.api.loop.LoopHost;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.peer.Peers;
import io.tenon.runtime.storage.Generations;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.log.LogSession;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.transport.PeerInbox;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A node's snapshots to and from other members. */
public final class Snapshots {
    private final SnapshotSender sender;
    private final SnapshotInbox inbox;
    private final SnapshotInstaller installer;
    private final ClientSnapshots forClients;

    /** The parts of a node that snapshots are made of. */
    public record Parts(LoopHost host, LogSession log, StorageCoordinator storage, Machines machines, ApplyLoop applyLoop, Peers peers,
                        AtomicReference<Optional<Consensus>> consensus, Databases databases) {
    }

    /** @param onFailure told why the node cannot go on */
    public Snapshots(Parts parts, Generations generations, Consumer<String> onFailure) {
        sender = new SnapshotSender(new SnapshotSender.Parts(parts.host, parts.applyLoop, parts.storage, parts.machines, parts.peers,
                parts.consensus, parts.databases), onFailure);
        inbox = new SnapshotInbox(parts, generations);
        installer = new SnapshotInstaller(new SnapshotInstaller.Parts(parts.host, parts.applyLoop, parts.storage, parts.machines, parts.log),
                inbox, generations, onFailure);
        forClients = new ClientSnapshots(parts.databases, onFailure);
        parts.peers.onSnapshot(sender::send);
        parts.peers.onUnreachable(inbox::unreachable);
        parts.applyLoop.onSnapshot(installer::install);
    }

    /** Where transports bring what comes for this node. Any thread. */
    public PeerInbox inbox() {
        return inbox;
    }

    /** Snapshots that clients take. Any thread. */
    public ClientSnapshots forClients() {
        return forClients;
    }

    /** @see SnapshotSender#oldestNeeded */
    public long oldestNeeded(long nowNanos) {
        return sender.oldestNeeded(nowNanos);
    }

    /** Index of the last snapshot that was installed since the start, which the log has; 0 when there was none. Apply loop. */
    public long installedIndex() {
        return installer.installedIndex();
    }

    /** Runs work when engine and machines are not being replaced by a snapshot. Apply loop. */
    public void whenIdle(Runnable work) {
        installer.whenIdle(work);
    }

    /** A machine or the engine's bundle came: goes on with a snapshot that waits for it. Apply loop. */
    public void proceed() {
        installer.proceed();
    }

    /**
     * Gives up the session of a state that is received and not installed, because its engine's bundle leaves or the node stops. The state
     * stays. Apply loop.
     *
     * @return closes the session; blocks on the disk
     */
    public Optional<Runnable> letGo() {
        Optional<EngineSession> session = inbox.takeSession();
        return session.map(open -> () -> SnapshotInbox.close(open));
    }
}
