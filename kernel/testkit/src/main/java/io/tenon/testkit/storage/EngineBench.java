package io.tenon.testkit.storage;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.StorageEngine;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** What an engine costs per row in the shape that etcd's data has: revisions as keys, encoded KeyValues as values. */
public final class EngineBench {
    private static final int VALUE_BYTES = 300;
    private static final int KEY_BYTES = 17;
    private static final long CACHE_BYTES = 64L << 20;

    private final StorageEngine engine;
    private final Path folder;
    private final PrintStream out;

    public EngineBench(StorageEngine engine, Path folder, PrintStream out) {
        this.engine = engine;
        this.folder = folder;
        this.out = out;
    }

    /** Fills a new store with rows, reads them, opens it again and reads them all. */
    public void run(int rows, int rowsPerCommit) throws EngineException {
        EngineOptions options = new EngineOptions(CACHE_BYTES, true);
        EngineSession session = engine.open(folder, options);
        fill(session, rows, rowsPerCommit);
        readRandom(session, rows, Math.min(rows, 10_000), "hot");
        readRandom(session, rows, rows, "anywhere");
        session.close();
        long start = System.nanoTime();
        session = engine.open(folder, options);
        out.printf("open %.1f ms%n", millisSince(start));
        scan(session, rows);
        out.printf("heap after scan and collection %.1f MiB%n", heapMiB());
        session.close();
    }

    private void fill(EngineSession session, int rows, int rowsPerCommit) throws EngineException {
        SplittableRandom random = new SplittableRandom(7);
        long cpu = 0;
        long wall = 0;
        long longest = 0;
        for (int from = 0; from < rows; from += rowsPerCommit) {
            RowBatch batch = RowBatch.batch();
            for (int i = from; i < Math.min(rows, from + rowsPerCommit); i++) {
                byte[] value = new byte[VALUE_BYTES];
                random.nextBytes(value);
                batch.put(Bucket.KEY, key(i), value);
            }
            long cpuBefore = cpuNanos();
            long before = System.nanoTime();
            session.commit(batch, new LogMark(1, from + rowsPerCommit));
            cpu += cpuNanos() - cpuBefore;
            long took = System.nanoTime() - before;
            wall += took;
            longest = Math.max(longest, took);
        }
        long before = System.nanoTime();
        session.flush();
        out.printf("put %d rows, %d a commit: %.2f us cpu, %.2f us wall a row; longest commit %.1f ms; last flush %.1f ms%n", rows, rowsPerCommit,
                cpu / 1e3 / rows, wall / 1e3 / rows, longest / 1e6, millisSince(before));
        out.printf("%s for %.1f MB of rows%n", session.size(), rows * (double) (VALUE_BYTES + KEY_BYTES) / 1e6);
    }

    private void readRandom(EngineSession session, int rows, int among, String what) {
        SplittableRandom random = new SplittableRandom(8);
        int reads = 500_000;
        try (EngineView view = session.view()) {
            for (int round = 0; round < 2; round++) {
                long before = System.nanoTime();
                for (int i = 0; i < reads; i++) {
                    if (view.get(Bucket.KEY, key(rows - 1 - random.nextInt(among))).isEmpty()) {
                        throw new IllegalStateException("a row is missing");
                    }
                }
                out.printf("get %s: %.2f us%n", what, (System.nanoTime() - before) / 1e3 / reads);
            }
        }
    }

    private void scan(EngineSession session, int rows) {
        for (int round = 0; round < 2; round++) {
            long[] seen = new long[1];
            long before = System.nanoTime();
            try (EngineView view = session.view()) {
                view.scanVerified(Bucket.KEY, (key, value) -> {
                    seen[0]++;
                    return true;
                });
            }
            if (seen[0] != rows) {
                throw new IllegalStateException(seen[0] + " rows instead of " + rows);
            }
            out.printf("scan %.0f ms, %.2f us a row%n", millisSince(before), (System.nanoTime() - before) / 1e3 / rows);
        }
    }

    private static byte[] key(long revision) {
        return ByteBuffer.allocate(KEY_BYTES).putLong(revision).put((byte) '_').putLong(0).array();
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private static double heapMiB() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / (double) (1 << 20);
    }
}
