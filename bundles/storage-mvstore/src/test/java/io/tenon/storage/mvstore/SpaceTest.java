package io.tenon.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.testkit.storage.ModelStore;
import io.tenon.testkit.storage.RowBatch;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file stays in proportion to the rows, and the cache to its bound. */
class SpaceTest {
    private static final int ROWS = 10_000;
    private static final int VALUE_BYTES = 280;
    private static final long LIVE_BYTES = ROWS * (VALUE_BYTES + Long.BYTES);

    @TempDir
    Path folder;
    private final SplittableRandom random = new SplittableRandom(1);
    private final ModelStore model = new ModelStore();
    private int commits;

    private void commit(EngineSession session, RowBatch batch) throws EngineException {
        LogMark mark = new LogMark(1, ++commits);
        session.commit(batch, mark);
        model.commit(batch, mark);
    }

    private RowBatch put(RowBatch batch, long key) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        return batch.put(Bucket.KEY, ByteBuffer.allocate(Long.BYTES).putLong(key).array(), value);
    }

    private void fill(EngineSession session) throws EngineException {
        RowBatch batch = RowBatch.batch();
        for (int i = 0; i < ROWS; i++) {
            put(batch, i);
        }
        commit(session, batch);
    }

    private void check(EngineSession session) {
        try (EngineView view = session.view()) {
            assertEquals(List.of(), model.differences(view));
        }
    }

    @Test
    void reclaimBoundsTheFileUnderRandomOverwrites() throws Exception {
        try (EngineSession session = new MvStoreEngine().open(folder, new EngineOptions(4 << 20, false))) {
            fill(session);
            long largest = 0;
            for (int round = 0; round < 150; round++) {
                RowBatch batch = RowBatch.batch();
                for (int i = 0; i < 300; i++) {
                    put(batch, random.nextInt(ROWS));
                }
                commit(session, batch);
                session.reclaim(10_000_000);
                largest = Math.max(largest, session.size().allocatedBytes());
            }
            assertTrue(largest < 4 * LIVE_BYTES, largest + " bytes for " + LIVE_BYTES + " of rows");
            assertTrue(session.size().inUseBytes() > LIVE_BYTES / 2 && session.size().inUseBytes() < 2 * LIVE_BYTES,
                    session.size() + " for " + LIVE_BYTES + " of rows");
            check(session);
        }
    }

    @Test
    void appendingRevisionsAndDroppingOldOnesBoundsTheFile() throws Exception {
        try (EngineSession session = new MvStoreEngine().open(folder, new EngineOptions(4 << 20, false))) {
            fill(session);
            long largest = 0;
            for (int round = 0; round < 100; round++) {
                RowBatch batch = RowBatch.batch();
                for (int i = 0; i < 500; i++) {
                    long added = ROWS + round * 500L + i;
                    put(batch, added);
                    batch.delete(Bucket.KEY, ByteBuffer.allocate(Long.BYTES).putLong(added - ROWS).array());
                }
                commit(session, batch);
                session.reclaim(10_000_000);
                largest = Math.max(largest, session.size().allocatedBytes());
            }
            assertTrue(largest < 4 * LIVE_BYTES, largest + " bytes for " + LIVE_BYTES + " of rows");
            check(session);
        }
    }

    @Test
    void defragmentGivesTheUnusedSpaceBackThoughAViewIsOpen() throws Exception {
        try (EngineSession session = new MvStoreEngine().open(folder, new EngineOptions(4 << 20, false))) {
            for (int round = 0; round < 5; round++) {
                fill(session);
            }
            try (EngineView old = session.view()) {
                ModelStore then = model.copy();
                RowBatch batch = RowBatch.batch();
                for (int i = 0; i < ROWS; i++) {
                    if (i % 10 != 0) {
                        batch.delete(Bucket.KEY, ByteBuffer.allocate(Long.BYTES).putLong(i).array());
                    }
                }
                commit(session, batch);
                session.defragment();
                assertTrue(session.size().allocatedBytes() < LIVE_BYTES / 5, session.size().toString());
                assertEquals(session.size().allocatedBytes(), Files.size(folder.resolve("data.mv")));
                assertEquals(List.of(), then.differences(old));
            }
            check(session);
        }
    }

    @Test
    void defragmentedStoreIsDurableWithoutAFlush() throws Exception {
        Path copy = folder.resolve("copy");
        try (EngineSession session = new MvStoreEngine().open(folder.resolve("engine"), new EngineOptions(4 << 20, true))) {
            fill(session);
            session.defragment();
            Files.createDirectories(copy);
            Files.copy(folder.resolve("engine").resolve("data.mv"), copy.resolve("data.mv"));
        }
        try (EngineSession session = new MvStoreEngine().open(copy, new EngineOptions(4 << 20, true))) {
            check(session);
        }
    }

    @Test
    void cacheStaysBoundedHoweverOftenPagesComeBack() throws Exception {
        try (EngineSession session = new MvStoreEngine().open(folder, new EngineOptions(1 << 20, false))) {
            fill(session);
            int most = 0;
            for (int scan = 0; scan < 60; scan++) {
                check(session);
                most = Math.max(most, ((MvStoreSession) session).cachedMiB());
            }
            assertTrue(most <= 2, most + " MiB are cached where 1 is allowed");
        }
    }
}
