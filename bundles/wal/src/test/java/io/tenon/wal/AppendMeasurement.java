package io.tenon.wal;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogSession;
import io.tenon.testkit.HandLoopHost;
import io.tenon.wal.disk.LocalDisk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures the writer's step alone: appends per second and CPU per append, with batches of 1 and of 100 appends of one entry of 300 bytes
 * and a state each, with syncs and without. Not a test; run {@code main} with a directory on the disk in question.
 */
final class AppendMeasurement {
    private static final int DATA_BYTES = 300;
    private static final int ROUNDS = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private AppendMeasurement() {
    }

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "append");
        System.out.println("batch  sync   appends/s  us CPU/append  us/batch");
        for (int round = 0; round < ROUNDS; round++) {
            for (int batch : new int[] {1, 100}) {
                measure(directory, batch, true, batch == 1 ? 5_000 : 200_000);
                measure(directory, batch, false, batch == 1 ? 100_000 : 1_000_000);
            }
        }
        deleteAll(directory);
    }

    private static void measure(Path directory, int batch, boolean sync, int appends) throws IOException {
        deleteAll(directory);
        LogLocation location = new LogLocation(directory.resolve("wal"), directory.resolve("snap"), LogLocation.SEGMENT_BYTES, sync, LogLocation.Retention.DEFAULT);
        HandLoopHost loops = new HandLoopHost();
        try (LogSession log = new WalStore(new LocalDisk(), () -> Background.thread("wal-background")).create(location, io.tenon.spi.log.LogBeginning.empty(Rig.IDENTITY), loops)) {
            long cpuNanos = THREADS.getCurrentThreadCpuTime();
            long nanos = System.nanoTime();
            run(log, loops, batch, appends);
            nanos = System.nanoTime() - nanos;
            cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuNanos;
            System.out.printf("%5d  %-5b  %9.0f  %13.2f  %8.1f%n", batch, sync, appends * 1e9 / nanos, cpuNanos / 1e3 / appends, nanos / 1e3 / appends * batch);
        }
    }

    private static void run(LogSession log, HandLoopHost loops, int batch, int appends) throws LogException {
        ByteString data = ByteString.copyFrom(new byte[DATA_BYTES]);
        int[] durable = new int[1];
        Runnable onDurable = () -> durable[0]++;
        for (int index = 1; index <= appends; index++) {
            Entry entry = new Entry(1, index, EntryType.NORMAL, data);
            log.append(new LogAppend(List.of(entry), Optional.of(new HardState(1, 1, index - 1)), true, onDurable));
            if (index % batch == 0) {
                loops.step();
            }
        }
        if (durable[0] != appends) {
            throw new LogException(durable[0] + " durable of " + appends);
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).filter(path -> !path.equals(directory)).toList()) {
                Files.delete(file);
            }
        }
    }
}
