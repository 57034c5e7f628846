package io.tenon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path temp;

    @Test
    void isCreatedForItsOwnerAlone() throws IOException {
        var directory = new DataDirectory(temp.resolve("a/b"));
        directory.create();
        directory.create();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("a/b"))));
    }

    @Test
    void fileInTheWayIsNamed() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        var failure = assertThrows(IOException.class, () -> new DataDirectory(file).create());
        assertEquals("cannot create data directory " + file + ": " + file + ": not a directory", failure.getMessage());
        var below = assertThrows(IOException.class, () -> new DataDirectory(file.resolve("x")).create());
        assertTrue(below.getMessage().startsWith("cannot create data directory " + file.resolve("x") + ": "), below.getMessage());
    }

    @Test
    void memberHasALogOnceThereIsAWalFile() throws IOException {
        var directory = new DataDirectory(temp);
        assertFalse(directory.hasLog(directory.walFolder()));
        Files.createDirectories(directory.walFolder());
        Files.createFile(directory.walFolder().resolve("0.tmp"));
        assertFalse(directory.hasLog(directory.walFolder()));
        Files.createFile(directory.walFolder().resolve("0000000000000000-0000000000000000.wal"));
        assertTrue(directory.hasLog(directory.walFolder()));
    }

    @Test
    void cacheIsEmptyWhenClaimedAndGoneWhenClosed() throws IOException {
        var directory = new DataDirectory(temp);
        Path left = temp.resolve("member/tenon/felix-0/bundle1/left");
        Files.createDirectories(left.getParent());
        Files.createFile(left);
        try (var cache = directory.claimCache()) {
            assertEquals(temp.resolve("member/tenon/felix-0"), cache.folder());
            assertFalse(Files.exists(cache.folder()));
            Files.createDirectories(cache.folder().resolve("bundle2"));
        }
        assertFalse(Files.exists(temp.resolve("member/tenon/felix-0")));
    }

    @Test
    void newCacheCanBeClaimedAfterTheOldOneIsClosed() throws IOException {
        var directory = new DataDirectory(temp);
        Path first;
        try (var cache = directory.claimCache()) {
            first = cache.folder();
        }
        try (var cache = directory.claimCache()) {
            assertEquals(first, cache.folder());
        }
        assertNotEquals(temp, first);
    }
}
