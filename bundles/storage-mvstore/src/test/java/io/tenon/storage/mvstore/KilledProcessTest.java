package io.tenon.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another process has the store open, and is killed in the middle of its work. */
@Timeout(120)
class KilledProcessTest {
    private static final EngineOptions OPTIONS = new EngineOptions(1 << 20, true);

    @TempDir
    Path folder;

    private Process start() throws Exception {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-cp",
                System.getProperty("java.class.path"), CommitForever.class.getName(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    @Test
    void storeOfAKilledProcessHasAllThatWasFlushed() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        long flushed = 0;
        for (int round = 0; round < Effort.of(4, 25); round++) {
            Process process = start();
            try (BufferedReader said = process.inputReader()) {
                int linesBeforeKill = 1 + random.nextInt(12);
                for (int i = 0; i < linesBeforeKill; i++) {
                    flushed = Math.max(flushed, place(said.readLine()));
                }
                process.toHandle().destroyForcibly();
                process.waitFor();
                for (String line = said.readLine(); line != null; line = said.readLine()) {
                    flushed = Math.max(flushed, place(line));
                }
            }
            try (EngineSession session = new MvStoreEngine().open(folder, OPTIONS); EngineView view = session.view()) {
                long applied = session.applied().index();
                assertTrue(applied >= flushed, applied + " is before the flush at " + flushed);
                assertEquals(List.of(), CommitForever.SCRIPT.model((int) applied).differences(view));
            }
        }
    }

    /** A line may be cut off by the kill. */
    private static long place(String line) {
        return line != null && line.matches("(open|flushed) [0-9]+") ? Long.parseLong(line.split(" ")[1]) : 0;
    }

    @Test
    void folderOfAnotherProcessIsRefusedInClearWords() throws Exception {
        Process process = start();
        try (BufferedReader said = process.inputReader()) {
            assertEquals("open 0", said.readLine());
            EngineException refused = assertThrows(EngineException.class, () -> new MvStoreEngine().open(folder, OPTIONS));
            assertTrue(refused.getMessage().contains("in use: stop the other process"), refused.getMessage());
        } finally {
            process.toHandle().destroyForcibly();
                process.waitFor();
        }
        new MvStoreEngine().open(folder, OPTIONS).close();
    }
}
