package io.tenon.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.testkit.storage.CommitScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is not what was written is reported, or shows an earlier commit and says which. */
class DamagedFileTest {
    private static final EngineOptions OPTIONS = new EngineOptions(16 << 20, false);
    private static final int COMMITS = 40;

    @TempDir
    Path temp;
    private final CommitScript script = new CommitScript(77, 80);
    /** As left by a session that was closed. */
    private byte[] closed;
    /** As left by a process that was killed. */
    private byte[] killed;

    @BeforeEach
    void writeStore() throws Exception {
        Path folder = temp.resolve("engine");
        Path data = folder.resolve("data.mv");
        try (EngineSession session = new MvStoreEngine().open(folder, OPTIONS)) {
            for (int i = 1; i <= COMMITS; i++) {
                session.commit(script.batch(i), script.mark(i));
            }
            session.flush();
            killed = Files.readAllBytes(data);
        }
        closed = Files.readAllBytes(data);
        assertEquals(new Outcome(false, 0, List.of(), COMMITS), open(closed));
        assertEquals(new Outcome(false, 0, List.of(), COMMITS), open(killed));
    }

    private Outcome open(byte[] file) throws Exception {
        Path folder = temp.resolve("damaged");
        Files.createDirectories(folder);
        Files.write(folder.resolve("data.mv"), file);
        return Outcome.of(folder, script);
    }

    @Test
    void flippedBitIsNeverReadAsDataNorAsAbsence() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        int noticed = 0;
        int tries = Effort.of(150, 1200);
        for (byte[] file : List.of(closed, killed)) {
            for (int i = 0; i < tries; i++) {
                byte[] damaged = file.clone();
                int bit = random.nextInt(damaged.length * 8);
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                Outcome outcome = open(damaged);
                assertEquals(List.of(), outcome.wrong(), "bit " + bit);
                assertTrue(file == killed || outcome.refused() || outcome.applied() == COMMITS, "older without a word, bit " + bit);
                noticed += outcome.refused() || outcome.reported() > 0 || outcome.applied() < COMMITS ? 1 : 0;
            }
        }
        assertTrue(noticed > tries, noticed + " of " + 2 * tries + " changed bits were noticed: most of the file has no effect");
    }

    /** The last chunk has the roots of all maps and MVStore's own tables, which have no checksum but the block's. */
    @Test
    void flippedBitInRootsAndTablesIsNeverReadAsDataNorAsAbsence() throws Exception {
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < Effort.of(300, 3000); i++) {
            byte[] damaged = closed.clone();
            int bit = (damaged.length - 1 - random.nextInt(4 * 4112)) * 8 + random.nextInt(8);
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Outcome outcome = open(damaged);
            assertEquals(List.of(), outcome.wrong(), "bit " + bit);
            assertTrue(outcome.refused() || outcome.applied() == COMMITS, "older without a word, bit " + bit);
        }
    }

    @Test
    void zeroedBlockIsNeverReadAsDataNorAsAbsence() throws Exception {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < Effort.of(50, 400); i++) {
            byte[] damaged = closed.clone();
            int from = random.nextInt(damaged.length / 512) * 512;
            Arrays.fill(damaged, from, Math.min(damaged.length, from + 512 * (1 + random.nextInt(16))), (byte) 0);
            assertEquals(List.of(), open(damaged).wrong(), "zeros from " + from);
        }
    }

    @Test
    void blockAtTheWrongPlaceIsNeverReadAsDataNorAsAbsence() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        int block = 4096 + 16;
        for (int i = 0; i < Effort.of(50, 400); i++) {
            byte[] damaged = closed.clone();
            int blocks = damaged.length / block;
            int from = random.nextInt(blocks);
            int to = random.nextInt(blocks);
            System.arraycopy(closed, from * block, damaged, to * block, block);
            assertEquals(List.of(), open(damaged).wrong(), "block " + from + " at " + to);
        }
    }

    @Test
    void cutOffFileIsReportedOrShowsAnEarlierCommit() throws Exception {
        SplittableRandom random = new SplittableRandom(6);
        for (byte[] file : List.of(closed, killed)) {
            for (int i = 0; i < Effort.of(40, 300); i++) {
                int length = random.nextInt(file.length);
                Outcome outcome = open(Arrays.copyOf(file, length));
                assertEquals(List.of(), outcome.wrong(), "cut to " + length);
                assertTrue(outcome.refused() || file == killed && outcome.applied() < COMMITS, "cut to " + length);
            }
        }
    }

    @Test
    void emptyAndMissingFilesAreNotTakenForAnEmptyStore() throws Exception {
        assertTrue(open(new byte[0]).refused());
        assertTrue(open(new byte[100]).refused());
        assertTrue(open(new byte[100_000]).refused());
        Path folder = temp.resolve("engine");
        Files.move(folder.resolve("data.mv"), folder.resolve("data.mv.bak"));
        EngineCorruptException missing = assertThrows(EngineCorruptException.class, () -> new MvStoreEngine().open(folder, OPTIONS));
        assertTrue(missing.getMessage().contains("data.mv is missing"), missing.getMessage());
    }

    @Test
    void reportNamesTheFileAndWhatToDo() throws Exception {
        byte[] damaged = closed.clone();
        Arrays.fill(damaged, 3 * 4112, damaged.length, (byte) 0x55);
        Path folder = temp.resolve("damaged");
        assertTrue(open(damaged).refused());
        EngineCorruptException report = assertThrows(EngineCorruptException.class, () -> new MvStoreEngine().open(folder, OPTIONS));
        assertTrue(report.getMessage().contains(folder.resolve("data.mv").toString()), report.getMessage());
        assertTrue(report.getMessage().contains("restore a snapshot"), report.getMessage());
    }
}
