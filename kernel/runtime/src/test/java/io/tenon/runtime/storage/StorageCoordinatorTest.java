package io.tenon.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineException;
import io.tenon.testkit.HandLoopHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageCoordinatorTest {
    private static final byte[] VALUE = {1};

    private final HandLoopHost loops = new HandLoopHost();
    private final TableSession session = new TableSession();
    private final StorageCoordinator storage = new StorageCoordinator(loops,
            new StorageCoordinator.BatchLimits(Duration.ofMillis(100).toNanos(), 1000, 1 << 20, 1 << 24), Runnable::run);
    private final List<String> told = new ArrayList<>();

    StorageCoordinatorTest() {
        storage.attach(session);
    }

    private static LogMark mark(long index) {
        return new LogMark(1, index);
    }

    private void put(int key) {
        storage.put(Bucket.META, new byte[] {(byte) key}, VALUE);
    }

    private void flush(long index) {
        storage.flush(mark(index), loops.nowNanos(), new StorageCoordinator.Outcome<>(durable -> told.add("durable " + durable.index()),
                () -> told.add("not flushed")));
    }

    private void view(long index) {
        storage.viewAt(mark(index), loops.nowNanos(), new StorageCoordinator.Outcome<>(view -> told.add("view of " + view.applied().index()),
                () -> told.add("not viewed")));
    }

    @Test
    void theRowsOfOneEntryAreInOneBatchThoughTheLastComesLate() {
        put(1);
        storage.entryIncomplete();
        loops.advance(Duration.ofSeconds(1));
        storage.sealIfDue(mark(7), loops.nowNanos());
        flush(7);
        loops.stepUntilIdle();
        assertEquals(List.of(), session.batches);
        put(2);
        storage.entryComplete();
        loops.stepUntilIdle();
        assertEquals(List.of(2), session.batches);
        assertEquals(List.of("durable 7"), told);
    }

    @Test
    void aViewShowsWhatWasAppliedAndNothingAfterIt() {
        put(1);
        view(7);
        put(2);
        flush(8);
        view(9);
        loops.stepUntilIdle();
        assertEquals(List.of("view of 7", "durable 8", "view of 9"), told);
    }

    @Test
    void whoeverWaitsForAnEngineThatGoesAwayIsTold() throws EngineException {
        put(1);
        view(7);
        flush(7);
        storage.entryIncomplete();
        view(8);
        storage.detach().orElseThrow().close();
        storage.entryComplete();
        loops.stepUntilIdle();
        assertEquals(List.of("not viewed", "not flushed", "not viewed"), told);
        storage.attach(session);
        loops.stepUntilIdle();
        assertEquals(List.of(1, 0), session.batches, "what was sealed is saved by the next session");
    }

    /** Compaction removes rows between entries: they are sealed at a mark that the engine may have from before. */
    @Test
    void whatWasSealedBehindAMarkThatTheEngineHasIsSavedByTheNextSession() throws EngineException {
        put(1);
        flush(7);
        loops.stepUntilIdle();
        put(2);
        flush(7);
        storage.detach().orElseThrow().close();
        storage.attach(session);
        loops.stepUntilIdle();
        assertEquals(List.of(1, 1), session.batches);
        put(3);
        flush(8);
        loops.stepUntilIdle();
        assertEquals(List.of(1, 1, 1), session.batches, "what was saved is not kept");
    }

    @Test
    void rowsThatASnapshotReplacesAreNotSavedIntoItsEngine() {
        put(1);
        flush(7);
        put(2);
        storage.detach();
        storage.dropUnsaved();
        TableSession next = new TableSession();
        storage.attach(next);
        put(3);
        flush(9);
        loops.stepUntilIdle();
        assertEquals(List.of(1), next.batches);
        assertThrows(IllegalStateException.class, storage::dropUnsaved, "an engine is attached");
    }
}
