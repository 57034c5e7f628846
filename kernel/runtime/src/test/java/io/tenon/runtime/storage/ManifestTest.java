package io.tenon.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    private Path directory;

    @Test
    void whatWasWrittenIsRead() throws IOException {
        Manifest manifest = new Manifest("mvstore", 3, 12);
        manifest.write(directory);
        assertEquals(Optional.of(manifest), Manifest.read(directory));
        assertEquals(directory.resolve("12-mvstore"), manifest.folder(directory));
    }

    @Test
    void aDirectoryWithoutOneHasNone() throws IOException {
        assertEquals(Optional.empty(), Manifest.read(directory));
    }

    @Test
    void everyFlippedByteIsRefused() throws IOException {
        new Manifest("mvstore", 1, 1).write(directory);
        Path file = directory.resolve("MANIFEST");
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length - 1; at++) {
            byte[] damaged = whole.clone();
            for (int mask : new int[] {1, 0x80}) {
                damaged[at] = (byte) (whole[at] ^ mask);
                Files.write(file, damaged);
                String message = assertThrows(IOException.class, () -> Manifest.read(directory), "byte " + at).getMessage();
                assertTrue(message.contains(file.toString()), message);
            }
        }
    }

    @Test
    void aHalfWrittenSuccessorChangesNothing() throws IOException {
        Manifest manifest = new Manifest("mvstore", 1, 1);
        manifest.write(directory);
        Files.writeString(directory.resolve("MANIFEST.tmp"), "tenon man");
        assertEquals(Optional.of(manifest), Manifest.read(directory));
    }
}
