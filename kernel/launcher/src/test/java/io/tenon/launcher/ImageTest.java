package io.tenon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTest {

    @TempDir
    Path home;

    @Test
    void foldersOfBundlesNameTheirStartLevel() throws IOException {
        for (String jar : List.of("3-state/b.jar", "3-state/a.jar", "3-state/notes.txt", "1-libraries/z.jar", "3-more/c.jar")) {
            Path file = home.resolve("bundles").resolve(jar);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
        assertEquals(List.of("1: [z.jar]", "3: [c.jar, a.jar, b.jar]"), new Image(home).floors().stream()
                .map(floor -> floor.startLevel() + ": " + floor.bundles().stream().map(Path::getFileName).toList()).toList());
    }

    @Test
    void folderWithoutALevelIsRefused() throws IOException {
        Files.createDirectories(home.resolve("bundles/state"));
        assertThrows(IOException.class, () -> new Image(home).floors());
    }
}
