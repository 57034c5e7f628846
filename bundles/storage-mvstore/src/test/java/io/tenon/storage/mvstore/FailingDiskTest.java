package io.tenon.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.storage.mvstore.file.Disk;
import io.tenon.storage.mvstore.file.FileDisk;
import io.tenon.testkit.storage.CommitScript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk refuses a write or a sync; what was committed before is there and nothing of the rest. */
class FailingDiskTest {
    private static final EngineOptions OPTIONS = new EngineOptions(4 << 20, true);

    @TempDir
    Path folder;
    private final CommitScript script = new CommitScript(21, 80);
    private final Faults faults = new Faults();

    /** What the disk refuses. */
    private static final class Faults {
        private boolean writes;
        private boolean syncs;
    }

    /** A file on a disk with faults. */
    private record FaultyDisk(Disk disk, Faults faults) implements Disk {
        @Override
        public void read(ByteBuffer target, long position) throws IOException {
            disk.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            if (faults.writes) {
                source.limit(source.position() + source.remaining() / 2);
                disk.write(source, position);
                throw new IOException("No space left on device");
            }
            disk.write(source, position);
        }

        @Override
        public void sync() throws IOException {
            if (faults.syncs) {
                throw new IOException("Input/output error");
            }
            disk.sync();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            disk.truncate(sizeBytes);
        }

        @Override
        public long sizeBytes() throws IOException {
            return disk.sizeBytes();
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }

    private EngineSession open() throws EngineException {
        return MvStoreSession.open(Folder.open(folder, OPTIONS, file -> new FaultyDisk(FileDisk.open(file), faults)), OPTIONS);
    }

    private void commit(EngineSession session, int from, int to) throws EngineException {
        for (int i = from; i <= to; i++) {
            session.commit(script.batch(i), script.mark(i));
        }
    }

    private void checkReopened(int applied) throws EngineException {
        try (EngineSession session = open(); EngineView view = session.view()) {
            assertEquals(List.of(), script.model(applied).differences(view));
        }
    }

    @Test
    void commitThatDoesNotFitLeavesNothingAndEndsWriting() throws Exception {
        EngineSession session = open();
        commit(session, 1, 10);
        faults.writes = true;
        EngineException full = assertThrows(EngineException.class, () -> commit(session, 11, 11));
        assertTrue(full.getMessage().contains("No space left on device") && full.getMessage().contains(folder.toString())
                && full.getMessage().contains("check free space"), full.getMessage());
        assertEquals(script.mark(10), session.applied());
        faults.writes = false;
        assertThrows(EngineException.class, () -> commit(session, 11, 11));
        assertThrows(EngineException.class, session::flush);
        session.close();
        checkReopened(10);
    }

    @Test
    void viewOfAStoreThatFailedEndsAndNeverLies() throws Exception {
        EngineSession session = open();
        commit(session, 1, 10);
        EngineView view = session.view();
        faults.writes = true;
        assertThrows(EngineException.class, () -> commit(session, 11, 11));
        try {
            assertEquals(List.of(), script.model(10).differences(view));
        } catch (EngineClosedException ended) {
            assertFalse(ended.getMessage().isBlank());
        }
        view.close();
        session.close();
    }

    @Test
    void syncThatFailsPromisesNothingAndIsNotTriedAgain() throws Exception {
        EngineSession session = open();
        commit(session, 1, 10);
        faults.syncs = true;
        EngineException failed = assertThrows(EngineException.class, session::flush);
        assertTrue(failed.getMessage().contains("Input/output error"), failed.getMessage());
        faults.syncs = false;
        assertThrows(EngineException.class, session::flush);
        session.close();
        checkReopened(10);
    }

    @Test
    void defragmentThatDoesNotFitLeavesTheStoreAsItWas() throws Exception {
        try (EngineSession session = open()) {
            commit(session, 1, 10);
            faults.writes = true;
            assertThrows(EngineException.class, session::defragment);
            faults.writes = false;
            commit(session, 11, 12);
            session.defragment();
            try (EngineView view = session.view()) {
                assertEquals(List.of(), script.model(12).differences(view));
            }
        }
        checkReopened(12);
    }

    @Test
    void folderThatCannotBeWrittenIsRefusedInClearWords() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        EngineException refused = assertThrows(EngineException.class, () -> new MvStoreEngine().open(file.resolve("store"), OPTIONS));
        assertTrue(refused.getMessage().contains("check its owner and permissions"), refused.getMessage());
    }
}
