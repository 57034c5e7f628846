package io.tenon.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.StorageEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GenerationsTest {
    private final TreeSet<Path> folders = new TreeSet<>();
    private final Generations generations = new Generations(new Folders(), new EngineOptions(0, true));
    private boolean full;

    /** Folders without a disk. */
    private final class Folders implements EngineDirectory {

        @Override
        public void prepare() {
            // Nothing is missing.
        }

        @Override
        public Optional<Manifest> manifest() {
            return Optional.of(new Manifest("table", 1, 7));
        }

        @Override
        public void replaceManifest(Manifest next) {
            throw new AssertionError("not asked for in these tests");
        }

        @Override
        public Path folder(Manifest manifest) {
            return manifest.folder(Path.of("/engines"));
        }

        @Override
        public boolean exists(Path folder) {
            return folders.contains(folder);
        }

        @Override
        public void create(Path folder) {
            folders.add(folder);
        }

        @Override
        public List<Path> folders() {
            return List.copyOf(folders);
        }

        @Override
        public void remove(Path folder) {
            folders.remove(folder);
        }
    }

    /** An engine that may find its disk full. */
    private final class TableEngine implements StorageEngine {

        @Override
        public String id() {
            return "table";
        }

        @Override
        public int formatVersion() {
            return 1;
        }

        @Override
        public EngineSession open(Path folder, EngineOptions options) throws EngineException {
            if (full) {
                throw new EngineException("no space left");
            }
            return new TableSession();
        }
    }

    @BeforeEach
    void deploy() {
        folders.add(Path.of("/engines/7-table"));
        generations.engine(Optional.of(new TableEngine()));
    }

    @Test
    void aNewGenerationIsBehindAllThatAreThere() throws IOException {
        folders.add(Path.of("/engines/9-table"));
        assertEquals(new Manifest("table", 1, 10), generations.begin().manifest());
    }

    /** Its sender tries again and again. */
    @Test
    void aGenerationThatCannotBeOpenedLeavesNoFolder() {
        full = true;
        assertThrows(EngineException.class, generations::begin);
        assertEquals(List.of(Path.of("/engines/7-table")), List.copyOf(folders));
    }
}
