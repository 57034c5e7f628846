package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.loop.LoopHost;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.storage.Generations;
import io.tenon.runtime.storage.Manifest;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.log.LogSession;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a received state in the place of the node's own, once the log names it. Nothing is applied meanwhile, readers go on with what they
 * have. The replacement of MANIFEST is the commit point: before it a start finds the old engine and, because the log's snapshot is newer, the
 * received generation; after it the new one (docs/adr/0007). Owned by the apply loop.
 */
final class SnapshotInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotInstaller.class);

    private final Parts parts;
    private final SnapshotInbox inbox;
    private final Generations generations;
    private final Consumer<String> onFailure;
    private Optional<Received> waiting = Optional.empty();
    private Snapshot message = Snapshot.EMPTY;
    private boolean underWay;
    private long installedIndex;
    private final List<Runnable> whenIdle = new ArrayList<>();

    /** What an installation works on. */
    record Parts(LoopHost host, ApplyLoop applyLoop, StorageCoordinator storage, Machines machines, LogSession log) {
    }

    /** @param onFailure told why the node cannot go on */
    SnapshotInstaller(Parts parts, SnapshotInbox inbox, Generations generations, Consumer<String> onFailure) {
        this.parts = parts;
        this.inbox = inbox;
        this.generations = generations;
        this.onFailure = onFailure;
    }

    /** The log has the snapshot: its state is installed as soon as everything is in place. */
    void install(Snapshot snapshot) {
        LogMark mark = new LogMark(snapshot.term(), snapshot.index());
        Received state = inbox.at(mark).orElseThrow(() -> new IllegalStateException("snapshot " + mark + " is in the log, but its state was "
                + "not received; applied is " + parts.applyLoop.applied()));
        state.want();
        // An entry that waits for its last row is finished first: the engine that is let go of holds whole entries.
        parts.storage.whenEntryComplete(() -> {
            parts.applyLoop.replacing(mark);
            waiting = Optional.of(state);
            message = snapshot;
            proceed();
        });
    }

    /** Begins what waits, when every machine and the engine's bundle are there; called again when one came. */
    void proceed() {
        if (waiting.isEmpty() || underWay || !parts.machines.complete() || !generations.canOpen()) {
            return;
        }
        Received state = waiting.get();
        Optional<EngineSession> open = state.takeSession();
        Generations.Opening session;
        try {
            session = open.isPresent() ? open::get : generations.opening(state.manifest());
        } catch (EngineException away) {
            // Gone in this very moment; its return calls this again.
            return;
        }
        underWay = true;
        Optional<StorageCoordinator.Detached> old = parts.storage.detach();
        parts.storage.dropUnsaved();
        parts.host.runBlocking("snapshot-install", () -> replace(state, session, old));
    }

    /** Blocks on the disk. */
    private void replace(Received state, Generations.Opening opening, Optional<StorageCoordinator.Detached> old) {
        Optional<Manifest> before;
        try {
            EngineSession session = opening.open();
            before = generations.directory().manifest();
            generations.directory().replaceManifest(state.manifest());
            parts.applyLoop.mustRun(() -> restore(state, session));
        } catch (IOException failure) {
            onFailure.accept("snapshot at " + state.mark().index() + " cannot be installed: " + failure.getMessage()
                    + "; it is installed at the next start");
            return;
        }
        close(old);
        before.ifPresent(manifest -> generations.discard(manifest, Optional.empty()));
    }

    /** Readers of the old state have finished when this returns, or their time was up. */
    private static void close(Optional<StorageCoordinator.Detached> old) {
        try {
            if (old.isPresent()) {
                old.get().close();
            }
        } catch (EngineException failure) {
            LOG.warn("the engine that a snapshot replaced does not close error=\"{}\"", failure.getMessage());
        }
    }

    private void restore(Received state, EngineSession session) {
        parts.storage.attach(session);
        try (EngineView view = parts.storage.openView()) {
            for (StateMachine machine : parts.machines.inOrder()) {
                machine.restore(view, parts.machines);
            }
        }
        waiting = Optional.empty();
        underWay = false;
        installedIndex = state.mark().index();
        inbox.installed();
        parts.log.release(state.mark().index());
        parts.applyLoop.replaced(state.mark());
        parts.applyLoop.restoreFromSnapshot(message);
        message = Snapshot.EMPTY;
        LOG.info("installed snapshot snapshot-index={} snapshot-term={} generation={}", state.mark().index(), state.mark().term(),
                state.manifest().generation());
        List<Runnable> next = List.copyOf(whenIdle);
        whenIdle.clear();
        next.forEach(Runnable::run);
    }

    /** Index of the last snapshot that was installed since the start; 0 when there was none. */
    long installedIndex() {
        return installedIndex;
    }

    /** Runs work when engine and machines are not being replaced. */
    void whenIdle(Runnable work) {
        if (underWay) {
            whenIdle.add(work);
        } else {
            work.run();
        }
    }
}
