package io.tenon.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.testkit.storage.CommitScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power fails at every write in turn; the store opens again as after the last flush or a later commit. */
class PowerFailureTest {
    private static final EngineOptions OPTIONS = new EngineOptions(1 << 20, true);
    private static final long RECLAIM_NANOS = 3_000_000;
    private static final int COMMITS = 60;
    /** Ways in which one power failure may leave the disk. */
    private static final int OUTCOMES = 4;

    @TempDir
    Path temp;
    private final CommitScript script = new CommitScript(5, 60);
    private Path folder;
    private Path data;
    private byte[] empty;
    private CrashingDisk disk;

    @BeforeEach
    void makeEmptyStore() throws Exception {
        folder = temp.resolve("engine");
        data = folder.resolve("data.mv");
        new MvStoreEngine().open(folder, OPTIONS).close();
        empty = Files.readAllBytes(data);
    }

    private EngineSession open(int crashAtWrite) throws EngineException {
        return MvStoreSession.open(Folder.open(folder, OPTIONS, file -> {
            disk = new CrashingDisk(file, crashAtWrite);
            return disk;
        }), OPTIONS);
    }

    /**
     * Opens the store, commits, flushes, compacts and closes, until the end or the crash; answers the place of the last flush that was
     * promised.
     */
    private LogMark run(int crashAtWrite, int flushEvery, LogMark flushedBefore) throws EngineException {
        EngineSession session;
        try {
            session = open(crashAtWrite);
        } catch (EngineException powerFailed) {
            assertTrue(disk.crashed(), powerFailed.toString());
            return flushedBefore;
        }
        LogMark flushed = session.applied();
        assertTrue(flushed.index() >= flushedBefore.index(), flushed + " is before " + flushedBefore);
        try {
            for (int i = (int) flushed.index() + 1; i <= COMMITS; i++) {
                session.commit(script.batch(i), script.mark(i));
                if (i % flushEvery == 0) {
                    flushed = session.flush();
                }
                if (i % 3 == 0) {
                    session.reclaim(RECLAIM_NANOS);
                }
            }
        } catch (EngineException powerFailed) {
            assertTrue(disk.crashed(), powerFailed.toString());
        }
        closeAfterCrash(session);
        return flushed;
    }

    private static void closeAfterCrash(EngineSession session) {
        try {
            session.close();
        } catch (EngineException powerIsOff) {
            assertFalse(powerIsOff.getMessage().isBlank());
        }
    }

    @Test
    void storeOpensAtOrAfterTheLastFlushWhereverThePowerFails() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        int rounds = Effort.of(1, 12);
        int later = 0;
        for (int round = 0; round < rounds; round++) {
            for (int crashAt = 1; crashAt < Integer.MAX_VALUE; crashAt++) {
                Files.write(data, empty);
                int flushEvery = 2 + random.nextInt(9);
                LogMark flushed = run(crashAt, flushEvery, LogMark.ZERO);
                boolean crashed = disk.crashed();
                for (int outcome = 0; outcome < OUTCOMES; outcome++) {
                    long seed = random.nextLong();
                    disk.leave(seed);
                    LogMark applied = check(flushed, "crash at write " + crashAt + ", flush every " + flushEvery + ", seed " + seed);
                    later += applied.index() > flushed.index() ? 1 : 0;
                }
                if (!crashed) {
                    break;
                }
            }
        }
        assertTrue(later > 0, "some commits after a flush survive");
    }

    @Test
    void storeSurvivesManyPowerFailuresOneAfterTheOther() throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < Effort.of(15, 150); round++) {
            Files.write(data, empty);
            LogMark flushed = LogMark.ZERO;
            for (int crash = 0; crash < 8; crash++) {
                flushed = run(1 + random.nextInt(40), 1 + random.nextInt(6), flushed);
                disk.leave(random.nextLong());
                check(flushed, "round " + round + " crash " + crash);
            }
        }
    }

    /** Opens a copy without faults, so that nothing is repaired in the original. */
    private LogMark check(LogMark flushed, String when) throws IOException {
        Path copy = temp.resolve("copy");
        Files.createDirectories(copy);
        Files.write(copy.resolve("data.mv"), Files.readAllBytes(data));
        EngineOptions fast = new EngineOptions(1 << 20, false);
        try (EngineSession session = new MvStoreEngine().open(copy, fast); EngineView view = session.view()) {
            LogMark applied = session.applied();
            assertTrue(applied.index() >= flushed.index(), when + ": " + applied + " is before the flush at " + flushed);
            assertEquals(List.of(), script.model((int) applied.index()).differences(view), when);
            return applied;
        } catch (RuntimeException damage) {
            throw new AssertionError(when + ": " + damage.getMessage(), damage);
        }
    }
}
