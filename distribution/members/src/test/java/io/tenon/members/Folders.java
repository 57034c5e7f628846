package io.tenon.members;

import io.tenon.runtime.storage.EngineDirectory;
import io.tenon.runtime.storage.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A member's engine folders on the real disk, with a place to crash at before and after each change. */
final class Folders implements EngineDirectory {
    private final Path data;
    private final Path engines;
    private final Arrows arrows;

    Folders(Path data, Arrows arrows) {
        this.data = data;
        this.arrows = arrows;
        engines = data.resolve("member").resolve("tenon");
    }

    /** A change of the disk. */
    private interface Change {
        void make() throws IOException;
    }

    private void between(String what, Change change) throws IOException {
        arrows.pass("before " + what);
        change.make();
        arrows.pass("after " + what);
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(engines);
        Files.createDirectories(data.resolve("member").resolve("snap"));
    }

    @Override
    public Optional<Manifest> manifest() throws IOException {
        return Manifest.read(engines);
    }

    @Override
    public void replaceManifest(Manifest next) throws IOException {
        between("MANIFEST", () -> next.write(engines));
    }

    @Override
    public Path folder(Manifest manifest) {
        return manifest.folder(engines);
    }

    @Override
    public boolean exists(Path folder) {
        return Files.isDirectory(folder);
    }

    @Override
    public void create(Path folder) throws IOException {
        between("making a folder", () -> Files.createDirectory(folder));
    }

    @Override
    public List<Path> folders() throws IOException {
        try (Stream<Path> there = Files.list(engines)) {
            return there.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Override
    public void remove(Path folder) throws IOException {
        between("removing a folder", () -> removeAll(folder, () -> arrows.pass("while a folder is removed")));
    }

    private static void removeAll(Path folder, Runnable afterEach) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
                afterEach.run();
            }
        }
    }

    /** What a process that is killed now would leave. Files may vanish meanwhile: the log removes old segments in the background. */
    static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.sorted().toList()) {
                copyOne(path, to.resolve(from.relativize(path).toString()));
            }
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void copyOne(Path path, Path target) throws IOException {
        try {
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                Files.copy(path, target);
            }
        } catch (NoSuchFileException gone) {
            Files.deleteIfExists(target);
        }
    }
}
