package io.tenon.runtime.node;

import io.tenon.runtime.storage.EngineDirectory;
import io.tenon.runtime.storage.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code member/tenon} on a real disk. */
final class LocalEngineDirectory implements EngineDirectory {
    private final DataDirectory data;

    LocalEngineDirectory(DataDirectory data) {
        this.data = data;
    }

    @Override
    public void prepare() throws IOException {
        data.create();
    }

    @Override
    public Optional<Manifest> manifest() throws IOException {
        return Manifest.read(data.engines());
    }

    @Override
    public void replaceManifest(Manifest next) throws IOException {
        next.write(data.engines());
    }

    @Override
    public Path folder(Manifest manifest) {
        return manifest.folder(data.engines());
    }

    @Override
    public boolean exists(Path folder) {
        return Files.isDirectory(folder);
    }

    @Override
    public void create(Path folder) throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        syncNames();
    }

    private void syncNames() throws IOException {
        try (FileChannel names = FileChannel.open(data.engines(), StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    @Override
    public List<Path> folders() throws IOException {
        try (Stream<Path> there = Files.list(data.engines())) {
            return there.filter(Files::isDirectory).filter(path -> path.getFileName().toString().matches("[0-9]+-.+")).sorted().toList();
        }
    }

    @Override
    public void remove(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        syncNames();
    }
}
