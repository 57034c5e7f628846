package io.tenon.testkit.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.StorageEngine;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runtime relies on in every engine when much happens at once, or the process ends. Goes with {@link StorageEngineContract}. */
public abstract class StorageEngineStressContract {
    /** So small that pages are read again and again. */
    private static final EngineOptions OPTIONS = new EngineOptions(1 << 20, true);
    private static final byte[] NONE = {};
    private static final long RECLAIM_NANOS = 5_000_000;
    private static final int MOST_COPIES = 5;

    @TempDir
    Path temp;

    /** A new engine object, as its bundle would make it. */
    protected abstract StorageEngine engine();

    @RepeatedTest(4)
    void behavesLikeATreeMapWhateverHappensBetweenCommits(RepetitionInfo repetition) throws EngineException {
        long seed = repetition.getCurrentRepetition();
        CommitScript script = new CommitScript(seed, 200);
        SplittableRandom random = new SplittableRandom(seed);
        Path folder = temp.resolve("engine");
        EngineSession session = engine().open(folder, OPTIONS);
        ModelStore model = new ModelStore();
        Map<EngineView, ModelStore> held = new LinkedHashMap<>();
        try {
            for (int commit = 1; commit <= 200; commit++) {
                session.commit(script.batch(commit), script.mark(commit));
                model.commit(script.batch(commit), script.mark(commit));
                compareSome(session, model, random);
                if (random.nextInt(10) == 0) {
                    held.put(session.view(), model.copy());
                }
                releaseSome(held, random, 3);
                switch (random.nextInt(20)) {
                    case 0, 1 -> assertEquals(model.applied(), session.flush());
                    case 2, 3, 4 -> session.reclaim(RECLAIM_NANOS);
                    case 5 -> session.defragment();
                    case 6 -> {
                        releaseSome(held, random, 0);
                        session.close();
                        session = engine().open(folder, OPTIONS);
                    }
                    default -> assertEquals(model.applied(), session.applied());
                }
            }
            releaseSome(held, random, 0);
            compareAll(session, model);
        } finally {
            held.keySet().forEach(EngineView::close);
            session.close();
        }
    }

    private static void compareSome(EngineSession session, ModelStore model, SplittableRandom random) {
        try (EngineView view = session.view()) {
            for (Bucket bucket : List.of(Bucket.KEY, Bucket.LEASE)) {
                List<byte[]> keys = new ArrayList<>(model.rows(bucket).keySet());
                if (keys.isEmpty()) {
                    continue;
                }
                byte[] one = keys.get(random.nextInt(keys.size()));
                byte[] other = keys.get(random.nextInt(keys.size()));
                assertArrayEquals(model.rows(bucket).get(one), view.get(bucket, one).orElseThrow());
                assertEquals(Optional.empty(), view.get(bucket, RowBatch.bytes("absent" + random.nextInt())));
                boolean ascending = Arrays.compareUnsigned(one, other) <= 0;
                Iterator<Map.Entry<byte[], byte[]>> expected = ascending
                        ? model.rows(bucket).subMap(one, other).entrySet().iterator() : model.rows(bucket).tailMap(one).entrySet().iterator();
                view.scan(bucket, one, ascending && one != other ? other : ascending ? one : NONE, (key, value) -> {
                    Map.Entry<byte[], byte[]> next = expected.next();
                    assertArrayEquals(next.getKey(), key);
                    assertArrayEquals(next.getValue(), value);
                    return true;
                });
            }
        }
    }

    private static void releaseSome(Map<EngineView, ModelStore> held, SplittableRandom random, int most) {
        Iterator<Map.Entry<EngineView, ModelStore>> views = held.entrySet().iterator();
        while (views.hasNext()) {
            Map.Entry<EngineView, ModelStore> next = views.next();
            if (held.size() > most || random.nextInt(20) == 0) {
                assertEquals(List.of(), next.getValue().differences(next.getKey()));
                next.getKey().close();
                views.remove();
            }
        }
    }

    private static void compareAll(EngineSession session, ModelStore model) {
        try (EngineView view = session.view()) {
            assertEquals(List.of(), model.differences(view));
        }
    }

    @RepeatedTest(3)
    void filesCopiedAtAnyInstantOpenAtOrAfterTheLastFlush(RepetitionInfo repetition) throws Exception {
        CommitScript script = new CommitScript(10 + repetition.getCurrentRepetition(), 120);
        Path folder = temp.resolve("engine");
        int commit = 0;
        try (EngineSession session = engine().open(folder, OPTIONS);
                ExecutorService writer = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())) {
            for (int round = 0; round < 6; round++) {
                int first = commit + 1;
                int last = commit + 25;
                LogMark flushed = session.flush();
                Future<?> writing = writer.submit(() -> {
                    for (int i = first; i <= last; i++) {
                        session.commit(script.batch(i), script.mark(i));
                    }
                    return null;
                });
                List<Path> copies = new ArrayList<>();
                do {
                    copies.add(copy(folder, temp.resolve("copy-" + round + "-" + copies.size())));
                } while (!writing.isDone() && copies.size() < MOST_COPIES);
                writing.get();
                for (Path copy : copies) {
                    checkCopy(copy, flushed, script);
                }
                commit = last;
                session.reclaim(RECLAIM_NANOS);
            }
        }
        checkCopy(folder, script.mark(commit), script);
    }

    private void checkCopy(Path copy, LogMark atLeast, CommitScript script) throws EngineException {
        try (EngineSession session = engine().open(copy, OPTIONS)) {
            LogMark applied = session.applied();
            assertTrue(applied.index() >= atLeast.index(), applied + " is before the flush at " + atLeast);
            compareAll(session, script.model((int) applied.index()));
        }
    }

    private static Path copy(Path folder, Path target) throws Exception {
        Files.createDirectories(target);
        List<Path> files;
        try (var list = Files.list(folder)) {
            files = list.toList();
        }
        for (Path file : files) {
            try {
                Files.copy(file, target.resolve(file.getFileName()));
            } catch (NoSuchFileException renamed) {
                // A file that was being made; it is under another name now, or not there yet.
                continue;
            }
        }
        return target;
    }

    @Test
    void readersAlwaysSeeOneWholeCommit() throws Exception {
        int keys = 300;
        AtomicBoolean done = new AtomicBoolean();
        try (EngineSession session = engine().open(temp.resolve("engine"), OPTIONS);
                ExecutorService readers = Executors.newFixedThreadPool(3, Thread.ofPlatform().daemon().factory())) {
            session.commit(sameEverywhere(keys, 1), new LogMark(1, 1));
            List<Future<Integer>> reading = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                reading.add(readers.submit(() -> {
                    int reads = 0;
                    while (!done.get() || reads == 0) {
                        readOneCommit(session, keys);
                        reads++;
                    }
                    return reads;
                }));
            }
            for (int commit = 2; commit <= 120; commit++) {
                session.commit(sameEverywhere(keys, commit), new LogMark(1, commit));
                if (commit % 10 == 0) {
                    session.flush();
                    session.reclaim(RECLAIM_NANOS);
                }
                if (commit % 50 == 0) {
                    session.defragment();
                }
            }
            done.set(true);
            for (Future<Integer> reader : reading) {
                assertTrue(reader.get() > 0);
            }
        }
    }

    private static RowBatch sameEverywhere(int keys, int commit) {
        RowBatch batch = RowBatch.batch();
        for (int i = 0; i < keys; i++) {
            batch.put(Bucket.KEY, "key" + i, commit + "x".repeat(200));
            batch.put(Bucket.LEASE, "key" + i, commit + "y");
        }
        return batch;
    }

    private static void readOneCommit(EngineSession session, int keys) {
        try (EngineView view = session.view()) {
            String commit = Long.toString(view.applied().index());
            for (Bucket bucket : List.of(Bucket.KEY, Bucket.LEASE)) {
                int[] seen = new int[1];
                view.scanVerified(bucket, (key, value) -> {
                    assertTrue(new String(value).startsWith(commit), () -> new String(value) + " in the view of " + commit);
                    seen[0]++;
                    return true;
                });
                assertEquals(keys, seen[0]);
                assertTrue(new String(view.get(bucket, RowBatch.bytes("key7")).orElseThrow()).startsWith(commit));
            }
        }
    }

    @Test
    void viewsThatAreStillOpenEndWithTheSession() throws Exception {
        EngineSession session = engine().open(temp.resolve("engine"), OPTIONS);
        RowBatch batch = RowBatch.batch();
        for (int i = 0; i < 20_000; i++) {
            batch.put(Bucket.KEY, RowBatch.bytes("key" + i), new byte[200]);
        }
        session.commit(batch, new LogMark(1, 1));
        EngineView view = session.view();
        try (ExecutorService reader = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())) {
            Future<EngineClosedException> reading = reader.submit(() -> assertThrows(EngineClosedException.class, () -> {
                while (true) {
                    int[] rows = new int[1];
                    view.scanVerified(Bucket.KEY, (key, value) -> ++rows[0] > 0);
                    assertEquals(20_000, rows[0]);
                }
            }));
            session.close();
            reading.get();
        }
        assertThrows(EngineClosedException.class, () -> view.get(Bucket.KEY, RowBatch.bytes("key1")));
        assertThrows(EngineClosedException.class, () -> view.count(Bucket.KEY));
        view.close();
        try (EngineSession again = engine().open(temp.resolve("engine"), OPTIONS); EngineView all = again.view()) {
            assertEquals(20_000, all.count(Bucket.KEY));
            all.scanVerified(Bucket.KEY, (key, value) -> true);
        }
    }

    @Test
    void interruptedReaderTakesNothingFromOthers() throws Exception {
        try (EngineSession session = engine().open(temp.resolve("engine"), OPTIONS)) {
            RowBatch batch = RowBatch.batch();
            for (int i = 0; i < 20_000; i++) {
                batch.put(Bucket.KEY, RowBatch.bytes("key" + i), new byte[200]);
            }
            session.commit(batch, new LogMark(1, 1));
            try (EngineView view = session.view()) {
                Thread.currentThread().interrupt();
                view.scanVerified(Bucket.KEY, (key, value) -> true);
                assertTrue(Thread.interrupted(), "the interrupt is still to be seen");
                view.scanVerified(Bucket.KEY, (key, value) -> true);
            }
            session.commit(RowBatch.batch().put(Bucket.KEY, "after", "it"), new LogMark(1, 2));
            try (EngineView view = session.view()) {
                assertEquals(20_001, view.count(Bucket.KEY));
            }
        }
    }
}
