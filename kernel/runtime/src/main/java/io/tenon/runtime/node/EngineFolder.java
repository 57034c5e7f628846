package io.tenon.runtime.node;

import io.tenon.api.config.NodeConfig;
import io.tenon.runtime.storage.Manifest;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.StorageEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the engine that MANIFEST names; the configuration only decides for a new directory. */
final class EngineFolder {
    private static final Logger LOG = LoggerFactory.getLogger(EngineFolder.class);
    private final NodeConfig config;
    private final Path directory;

    EngineFolder(NodeConfig config, Path directory) {
        this.config = config;
        this.directory = directory;
    }

    /** Id of the engine that is needed. */
    String engineId() throws IOException {
        Optional<Manifest> manifest = Manifest.read(directory);
        if (manifest.isPresent() && !manifest.get().engine().equals(config.storage().engine())) {
            LOG.warn("data directory is kept by another engine than the configured one engine={} configured={}", manifest.get().engine(),
                    config.storage().engine());
        }
        return manifest.map(Manifest::engine).orElse(config.storage().engine());
    }

    /** Without MANIFEST nobody knows which of several folders holds the data; an empty one beside them would hide them all. */
    private void refuseOtherFolders(Path folder) throws IOException, StartRefused {
        try (Stream<Path> there = Files.list(directory)) {
            Optional<Path> other = there.filter(Files::isDirectory).filter(path -> path.getFileName().toString().matches("[0-9]+-.+"))
                    .findFirst();
            if (other.isPresent()) {
                throw new StartRefused("MANIFEST is missing in " + directory + ", but there is data in " + other.get()
                        + " and not in " + folder + "; restore MANIFEST from a backup");
            }
        }
    }

    EngineSession open(StorageEngine engine) throws IOException, StartRefused {
        Optional<Manifest> there = Manifest.read(directory);
        Manifest manifest = there.orElse(new Manifest(engine.id(), engine.formatVersion(), 1));
        if (manifest.formatVersion() > engine.formatVersion()) {
            throw new StartRefused("storage engine " + engine.id() + " writes format " + engine.formatVersion() + ", but "
                    + manifest.folder(directory) + " has format " + manifest.formatVersion() + "; deploy a newer storage bundle");
        }
        Path folder = manifest.folder(directory);
        if (!Files.isDirectory(folder)) {
            if (there.isPresent()) {
                throw new StartRefused("MANIFEST names " + folder + ", which is not there; restore it from a backup");
            }
            refuseOtherFolders(folder);
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        EngineSession session = engine.open(folder, new EngineOptions(config.storage().cacheBytes(), config.storage().sync()));
        if (there.isEmpty()) {
            manifest.write(directory);
        }
        return session;
    }
}
