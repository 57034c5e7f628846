package io.tenon.testkit.storage;

import static io.tenon.testkit.storage.RowBatch.batch;
import static io.tenon.testkit.storage.RowBatch.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.SealedBatch;
import io.tenon.spi.storage.StorageEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runtime relies on in every engine. An engine's test extends this and makes the engine. */
public abstract class StorageEngineContract {
    protected static final EngineOptions OPTIONS = new EngineOptions(16 << 20, true);
    private static final byte[] NONE = {};

    @TempDir
    Path temp;
    private Path folder;
    private StorageEngine engine;
    private EngineSession session;

    /** A new engine object, as its bundle would make it. */
    protected abstract StorageEngine engine();

    @BeforeEach
    void openEmpty() throws EngineException {
        folder = temp.resolve("engine");
        engine = engine();
        session = engine.open(folder, OPTIONS);
    }

    @AfterEach
    void close() throws EngineException {
        session.close();
    }

    private void reopen() throws EngineException {
        session.close();
        session = engine.open(folder, OPTIONS);
    }

    private static LogMark mark(long index) {
        return new LogMark(3, index);
    }

    private Optional<String> read(Bucket bucket, String key) {
        try (EngineView view = session.view()) {
            return view.get(bucket, bytes(key)).map(String::new);
        }
    }

    private List<String> scan(Bucket bucket, byte[] from, byte[] to) {
        List<String> keys = new ArrayList<>();
        try (EngineView view = session.view()) {
            view.scan(bucket, from, to, (key, value) -> keys.add(new String(key)));
        }
        return keys;
    }

    @Test
    void newStoreIsEmptyAndHasAppliedNothing() {
        assertEquals(LogMark.ZERO, session.applied());
        try (EngineView view = session.view()) {
            assertEquals(LogMark.ZERO, view.applied());
            assertEquals(List.of(), new ModelStore().differences(view));
        }
    }

    @Test
    void idAndFormatVersionAreThere() {
        assertFalse(engine.id().isBlank());
        assertTrue(engine.formatVersion() > 0);
    }

    @Test
    void rowsComeInUnsignedByteOrderWhateverTheOrderOfPuts() throws EngineException {
        byte[][] keys = {{(byte) 0xFF}, {0}, {}, {1, 0}, {1}, {(byte) 0x80}, {0x7F, (byte) 0xFF}};
        RowBatch batch = batch();
        for (byte[] key : keys) {
            batch.put(Bucket.KEY, key, key);
        }
        session.commit(batch, mark(1));
        List<byte[]> seen = new ArrayList<>();
        try (EngineView view = session.view()) {
            view.scan(Bucket.KEY, NONE, NONE, (key, value) -> seen.add(key));
        }
        Arrays.sort(keys, Arrays::compareUnsigned);
        assertEquals(keys.length, seen.size());
        for (int i = 0; i < keys.length; i++) {
            assertArrayEquals(keys[i], seen.get(i));
        }
    }

    @Test
    void laterChangeOfAKeyInOneBatchWins() throws EngineException {
        session.commit(batch().put(Bucket.AUTH, "a", "1").put(Bucket.AUTH, "a", "2").put(Bucket.AUTH, "b", "1").delete(Bucket.AUTH, "b")
                .delete(Bucket.AUTH, "c").put(Bucket.AUTH, "c", "3"), mark(1));
        assertEquals(Optional.of("2"), read(Bucket.AUTH, "a"));
        assertEquals(Optional.empty(), read(Bucket.AUTH, "b"));
        assertEquals(Optional.of("3"), read(Bucket.AUTH, "c"));
        assertEquals(List.of("a", "c"), scan(Bucket.AUTH, NONE, NONE));
    }

    @Test
    void removingAnAbsentRowChangesNothing() throws EngineException {
        session.commit(batch().put(Bucket.KEY, "a", "1"), mark(1));
        session.commit(batch().delete(Bucket.KEY, "b").delete(Bucket.LEASE, "x"), mark(2));
        assertEquals(List.of("a"), scan(Bucket.KEY, NONE, NONE));
        try (EngineView view = session.view()) {
            assertEquals(1, view.count(Bucket.KEY));
            assertEquals(0, view.count(Bucket.LEASE));
        }
    }

    @Test
    void emptyValueIsAValue() throws EngineException {
        session.commit(batch().put(Bucket.ALARM, "a", ""), mark(1));
        reopen();
        assertEquals(Optional.of(""), read(Bucket.ALARM, "a"));
    }

    @Test
    void scanBoundsAreHalfOpen() throws EngineException {
        session.commit(batch().put(Bucket.KEY, "a", "").put(Bucket.KEY, "b", "").put(Bucket.KEY, "c", ""), mark(1));
        assertEquals(List.of("a", "b", "c"), scan(Bucket.KEY, NONE, NONE));
        assertEquals(List.of("b", "c"), scan(Bucket.KEY, bytes("b"), NONE));
        assertEquals(List.of("a", "b"), scan(Bucket.KEY, NONE, bytes("c")));
        assertEquals(List.of("b"), scan(Bucket.KEY, bytes("aa"), bytes("bb")));
        assertEquals(List.of(), scan(Bucket.KEY, bytes("b"), bytes("b")));
        assertEquals(List.of(), scan(Bucket.KEY, bytes("c"), bytes("a")));
        assertEquals(List.of(), scan(Bucket.KEY, bytes("d"), NONE));
    }

    @Test
    void visitorStopsAScan() throws EngineException {
        RowBatch batch = batch();
        for (int i = 0; i < 1000; i++) {
            batch.put(Bucket.KEY, String.format("%04d", i), "v");
        }
        session.commit(batch, mark(1));
        List<String> seen = new ArrayList<>();
        try (EngineView view = session.view()) {
            view.scan(Bucket.KEY, NONE, NONE, (key, value) -> {
                seen.add(new String(key));
                return seen.size() < 700;
            });
            assertEquals(700, seen.size());
            view.scanVerified(Bucket.KEY, (key, value) -> false);
        }
    }

    @Test
    void exceptionOfAVisitorReachesItsCaller() throws EngineException {
        session.commit(batch().put(Bucket.KEY, "a", ""), mark(1));
        try (EngineView view = session.view()) {
            assertThrows(ArithmeticException.class, () -> view.scan(Bucket.KEY, NONE, NONE, (key, value) -> {
                throw new ArithmeticException("of the visitor");
            }));
        }
    }

    @Test
    void everyBucketHasRowsOfItsOwn() throws EngineException {
        RowBatch batch = batch();
        ModelStore model = new ModelStore();
        for (Bucket bucket : Bucket.values()) {
            if (bucket != Bucket.TENON) {
                batch.put(bucket, "same key", bucket.bucketName());
            }
        }
        session.commit(batch, mark(1));
        model.commit(batch, mark(1));
        reopen();
        try (EngineView view = session.view()) {
            assertEquals(List.of(), model.differences(view));
        }
    }

    @Test
    void bucketOfTheEngineIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> session.commit(batch().put(Bucket.TENON, "a", "b"), mark(1)));
    }

    @Test
    void placeInTheLogIsStoredAsEtcdDoes() throws EngineException {
        session.commit(batch(), new LogMark(0x0102, 0x030405));
        try (EngineView view = session.view()) {
            assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 3, 4, 5}, view.get(Bucket.META, bytes("consistent_index")).orElseThrow());
            assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, 1, 2}, view.get(Bucket.META, bytes("term")).orElseThrow());
        }
        assertEquals(new LogMark(0x0102, 0x030405), session.applied());
        assertEquals(new LogMark(0x0102, 0x030405), session.flush());
    }

    @Test
    void emptyBatchMovesThePlaceInTheLog() throws EngineException {
        session.commit(batch().put(Bucket.KEY, "a", "1"), mark(1));
        session.commit(batch(), mark(9));
        session.commit(batch(), mark(9));
        assertEquals(mark(9), session.applied());
        reopen();
        assertEquals(mark(9), session.applied());
        assertEquals(Optional.of("1"), read(Bucket.KEY, "a"));
    }

    @Test
    void viewDoesNotSeeLaterCommits() throws EngineException {
        session.commit(batch().put(Bucket.KEY, "a", "1").put(Bucket.KEY, "b", "1"), mark(1));
        ModelStore then = new ModelStore();
        then.commit(batch().put(Bucket.KEY, "a", "1").put(Bucket.KEY, "b", "1"), mark(1));
        try (EngineView old = session.view()) {
            for (int i = 2; i < 60; i++) {
                session.commit(batch().put(Bucket.KEY, "a", "" + i).delete(Bucket.KEY, "b").put(Bucket.KEY, "c" + i, "x"), mark(i));
                session.reclaim(1_000_000);
            }
            session.flush();
            assertEquals(mark(1), old.applied());
            assertEquals(List.of(), then.differences(old));
            assertEquals(Optional.of("59"), read(Bucket.KEY, "a"));
        }
    }

    @Test
    void countsAndDigestsFollowPutsOverwritesAndRemovals() throws EngineException {
        session.commit(batch().put(Bucket.LEASE, "a", "1").put(Bucket.LEASE, "b", "2").put(Bucket.LEASE, "c", "3"), mark(1));
        session.commit(batch().put(Bucket.LEASE, "a", "9").delete(Bucket.LEASE, "b"), mark(2));
        BucketTally expected = BucketTally.EMPTY.plus(bytes("a"), bytes("9")).plus(bytes("c"), bytes("3"));
        for (int round = 0; round < 2; round++) {
            try (EngineView view = session.view()) {
                assertEquals(expected, BucketTally.of(view.get(Bucket.TENON, BucketTally.key(Bucket.LEASE)).orElseThrow()));
                assertEquals(2, view.count(Bucket.LEASE));
                view.scanVerified(Bucket.LEASE, (key, value) -> true);
            }
            reopen();
        }
    }

    @Test
    void hugeValuesSurvive() throws EngineException {
        byte[] huge = new byte[1_500_000];
        for (int i = 0; i < huge.length; i++) {
            huge[i] = (byte) (i * 31 >>> 3);
        }
        session.commit(batch().put(Bucket.KEY, bytes("a"), huge).put(Bucket.KEY, "b", "small").put(Bucket.KEY, bytes("c"), huge), mark(1));
        reopen();
        try (EngineView view = session.view()) {
            assertArrayEquals(huge, view.get(Bucket.KEY, bytes("a")).orElseThrow());
            assertArrayEquals(huge, view.get(Bucket.KEY, bytes("c")).orElseThrow());
            view.scanVerified(Bucket.KEY, (key, value) -> true);
        }
    }

    @Test
    void batchThatFailsLeavesNothingAndEndsWriting() throws EngineException {
        session.commit(batch().put(Bucket.KEY, "a", "1"), mark(1));
        SealedBatch failing = new SealedBatch() {
            @Override
            public int operations() {
                return 1;
            }

            @Override
            public long sizeBytes() {
                return 2;
            }

            @Override
            public void replay(Visitor visitor) {
                visitor.put(Bucket.KEY, bytes("a"), bytes("2"));
                visitor.put(Bucket.LEASE, bytes("a"), bytes("2"));
                throw new IllegalStateException("the batch is broken");
            }
        };
        assertThrows(IllegalStateException.class, () -> session.commit(failing, mark(2)));
        assertEquals(mark(1), session.applied());
        assertEquals(Optional.of("1"), read(Bucket.KEY, "a"));
        assertEquals(Optional.empty(), read(Bucket.LEASE, "a"));
        assertThrows(EngineException.class, () -> session.commit(batch(), mark(3)));
        reopen();
        assertEquals(mark(1), session.applied());
        assertEquals(Optional.of("1"), read(Bucket.KEY, "a"));
    }

    @Test
    void secondSessionOnTheFolderIsRefusedInClearWords() {
        EngineException refused = assertThrows(EngineException.class, () -> engine().open(folder, OPTIONS));
        assertTrue(refused.getMessage().contains("in use") && refused.getMessage().contains(folder.toString()), refused.getMessage());
    }

    @Test
    void closedSessionAnswersNothingMore() throws EngineException {
        session.commit(batch().put(Bucket.KEY, "a", "1"), mark(1));
        session.close();
        session.close();
        assertThrows(EngineClosedException.class, () -> session.view());
        assertThrows(EngineClosedException.class, () -> session.commit(batch(), mark(2)));
        assertThrows(EngineClosedException.class, () -> session.flush());
    }

    @Test
    void closedViewIsNotReadAgain() throws EngineException {
        EngineView view = session.view();
        view.close();
        view.close();
        assertThrows(IllegalStateException.class, () -> view.get(Bucket.KEY, bytes("a")));
        session.commit(batch().put(Bucket.KEY, "a", "1"), mark(1));
        assertEquals(Optional.of("1"), read(Bucket.KEY, "a"));
    }

    @Test
    void defragmentKeepsRowsAndViews() throws EngineException {
        ModelStore model = new ModelStore();
        for (int i = 1; i <= 30; i++) {
            RowBatch batch = batch();
            for (int k = 0; k < 100; k++) {
                batch.put(Bucket.KEY, bytes("k" + k), new byte[500 + i]);
            }
            batch.delete(Bucket.KEY, "k" + i);
            session.commit(batch, mark(i));
            model.commit(batch, mark(i));
        }
        ModelStore then = model.copy();
        try (EngineView old = session.view()) {
            session.defragment();
            RowBatch batch = batch().put(Bucket.KEY, "after", "defragment");
            session.commit(batch, mark(31));
            model.commit(batch, mark(31));
            assertEquals(List.of(), then.differences(old));
            try (EngineView view = session.view()) {
                assertEquals(List.of(), model.differences(view));
            }
        }
        reopen();
        try (EngineView view = session.view()) {
            assertEquals(List.of(), model.differences(view));
        }
    }

    @Test
    void sizeGrowsWithDataAndInUseIsNeverMoreThanAllocated() throws EngineException {
        session.commit(batch().put(Bucket.KEY, bytes("a"), new byte[1 << 20]), mark(1));
        session.flush();
        assertTrue(session.size().allocatedBytes() >= 1 << 20, session.size().toString());
        assertTrue(session.size().inUseBytes() > 0, session.size().toString());
        assertTrue(session.size().inUseBytes() <= session.size().allocatedBytes(), session.size().toString());
    }

    @Test
    void folderIsCreatedAndNothingIsWrittenOutsideIt() throws Exception {
        try (var files = Files.list(temp)) {
            assertEquals(List.of(folder), files.toList());
        }
    }
}
