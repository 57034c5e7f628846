package io.tenon.runtime.node;

import io.tenon.api.consensus.LogMark;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.state.Handover;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces state machines and engine sessions under a running node. The apply loop is paused while a required machine is missing, so what
 * happens to state in between happens to it alone. Used by the lifecycle thread.
 */
final class Swaps {
    private static final Logger LOG = LoggerFactory.getLogger(Swaps.class);
    private static final long APPLY_LOOP_SECONDS = 10;
    private static final long FLUSH_SECONDS = 30;
    /** A bound for reading all rows again; far beyond what any store within the quota takes. */
    private static final long RESTORE_SECONDS = 600;

    private final NodeParts parts;
    private final ParkedStates parked = new ParkedStates();

    Swaps(NodeParts parts) {
        this.parts = parts;
    }

    /** Pauses the node and takes a machine's state from it. When this returns the machine is not called any more. */
    void remove(StateMachine machine) {
        onApplyLoopAtRest(() -> {
            if (!parts.machines().inOrder().contains(machine)) {
                return;
            }
            parts.applyLoop().pause(true);
            parts.machines().remove(machine);
            machine.handOver().ifPresent(handover -> parked.park(machine.id(), handover, parts.applyLoop().applied()));
        });
        LOG.info("state machine stopped machine={} handed-over={}", machine.id(), parked.has(machine.id()));
    }

    boolean isInPlace(StateMachine machine) {
        return parts.machines().inOrder().contains(machine);
    }

    /** A machine without a predecessor's state needs the rows, and the machines before it to tell them what hangs on them. */
    boolean canInstall(StateMachine machine) {
        return engineInPlace() && parts.machines().hasAllBefore(machine);
    }

    /** Puts a machine in place, with the state its predecessor gave or with what the engine has. */
    void install(StateMachine machine) {
        Optional<Handover> handover = parked.take(machine.id(), parts.applyLoop().applied());
        boolean taken = handover.isPresent() && machine.takeOver(handover.get(), parts.machines());
        if (!taken) {
            restore(machine);
        }
        onApplyLoop(() -> {
            parts.machines().add(machine);
            if (parts.machines().complete()) {
                parts.applyLoop().pause(false);
                parts.applyLoop().tellLeadership();
                parts.applyLoop().invalidate();
            }
            parts.snapshots().proceed();
        });
        LOG.info("state machine started machine={} taken-over={}", machine.id(), taken);
    }

    /**
     * Later machines put what they know into earlier ones (keys into leases), so they are restored again behind it. On the apply loop,
     * because they are in place: nothing else may touch them meanwhile.
     */
    private void restore(StateMachine machine) {
        flush();
        onApplyLoop(RESTORE_SECONDS, () -> {
            try (EngineView view = parts.storage().openView()) {
                machine.restore(view, parts.machines());
                for (StateMachine later : parts.machines().inOrder()) {
                    if (later.order() > machine.order()) {
                        later.restore(view, parts.machines());
                    }
                }
            }
        });
    }

    /** Saves all that is applied, durably. */
    void flush() {
        CompletableFuture<LogMark> durable = new CompletableFuture<>();
        onApplyLoop(() -> parts.storage().flush(parts.applyLoop().applied(), parts.host().nowNanos(), durable::complete));
        await(durable, FLUSH_SECONDS, "the engine's flush");
    }

    boolean engineInPlace() {
        awaitInstalled();
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        onApplyLoop(() -> answer.complete(parts.storage().attached()));
        return await(answer, APPLY_LOOP_SECONDS, "the apply loop");
    }

    /** Saves everything, lets go of the engine and closes its session. Rows that come later wait in memory. */
    void detachEngine() throws EngineException {
        boolean inPlace = engineInPlace();
        letGoOfReceived();
        if (!inPlace) {
            return;
        }
        flush();
        CompletableFuture<Optional<StorageCoordinator.Detached>> detached = new CompletableFuture<>();
        onApplyLoop(() -> {
            detached.complete(parts.storage().detach());
            parts.applyLoop().invalidate();
        });
        Optional<StorageCoordinator.Detached> gone = await(detached, APPLY_LOOP_SECONDS, "the apply loop");
        if (gone.isPresent()) {
            gone.get().close();
        }
        LOG.info("storage engine stopped applied-index={}", parts.applyLoop().applied().index());
    }

    private void letGoOfReceived() {
        CompletableFuture<Optional<Runnable>> close = new CompletableFuture<>();
        onApplyLoop(() -> close.complete(parts.snapshots().letGo()));
        await(close, APPLY_LOOP_SECONDS, "the apply loop").ifPresent(Runnable::run);
    }

    /** A snapshot that is being installed replaces engine and state itself; what is to be replaced by hand waits for it. */
    private void awaitInstalled() {
        CompletableFuture<Void> idle = new CompletableFuture<>();
        parts.applyLoop().mustRun(() -> parts.snapshots().whenIdle(() -> idle.complete(null)));
        await(idle, RESTORE_SECONDS, "the installation of a snapshot");
    }

    void attachEngine(EngineSession session) {
        onApplyLoop(() -> {
            parts.storage().attach(session);
            parts.applyLoop().invalidate();
            parts.snapshots().proceed();
        });
        LOG.info("storage engine started saved-index={}", session.applied().index());
    }

    private void onApplyLoop(Runnable work) {
        onApplyLoop(APPLY_LOOP_SECONDS, work);
    }

    private void onApplyLoop(long seconds, Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        parts.applyLoop().mustRun(() -> complete(done, work));
        await(done, seconds, "the apply loop");
    }

    /**
     * Waits until the last entry has all its rows and no snapshot is being installed, and runs work in that very turn of the loop: if another
     * turn lay between, either could begin again before the work.
     */
    private void onApplyLoopAtRest(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        parts.applyLoop().mustRun(() -> parts.storage().whenEntryComplete(() -> parts.snapshots().whenIdle(() -> complete(done, work))));
        await(done, RESTORE_SECONDS, "the apply loop or the installation of a snapshot");
    }

    private static void complete(CompletableFuture<Void> done, Runnable work) {
        try {
            work.run();
            done.complete(null);
        } catch (RuntimeException failure) {
            done.completeExceptionally(failure);
        }
    }

    private static <T> T await(CompletableFuture<T> future, long seconds, String whom) {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + whom, stop);
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause().getMessage(), failure.getCause());
        } catch (TimeoutException late) {
            throw new IllegalStateException(whom + " did not answer within " + seconds + " s", late);
        }
    }
}
