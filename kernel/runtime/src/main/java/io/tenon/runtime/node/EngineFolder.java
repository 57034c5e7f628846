package io.tenon.runtime.node;

import io.tenon.api.config.NodeConfig;
import io.tenon.runtime.storage.EngineDirectory;
import io.tenon.runtime.storage.Manifest;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.StorageEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the engine that MANIFEST names; the configuration only decides for a new directory. */
final class EngineFolder {
    private static final Logger LOG = LoggerFactory.getLogger(EngineFolder.class);
    private final NodeConfig config;
    private final EngineDirectory directory;

    EngineFolder(NodeConfig config, EngineDirectory directory) {
        this.config = config;
        this.directory = directory;
    }

    /** Id of the engine that is needed. */
    String engineId() throws IOException {
        Optional<Manifest> manifest = directory.manifest();
        if (manifest.isPresent() && !manifest.get().engine().equals(config.storage().engine())) {
            LOG.warn("data directory is kept by another engine than the configured one engine={} configured={}", manifest.get().engine(),
                    config.storage().engine());
        }
        return manifest.map(Manifest::engine).orElse(config.storage().engine());
    }

    /** Without MANIFEST nobody knows which of several folders holds the data; an empty one beside them would hide them all. */
    private void refuseOtherFolders(Path folder) throws IOException, StartRefused {
        Optional<Path> other = directory.folders().stream().findFirst();
        if (other.isPresent()) {
            throw new StartRefused("MANIFEST is missing in " + folder.getParent() + ", but there is data in " + other.get()
                    + " and not in " + folder + "; restore MANIFEST from a backup");
        }
    }

    EngineSession open(StorageEngine engine) throws IOException, StartRefused {
        Optional<Manifest> there = directory.manifest();
        Manifest manifest = there.orElse(new Manifest(engine.id(), engine.formatVersion(), 1));
        if (manifest.formatVersion() > engine.formatVersion()) {
            throw new StartRefused("storage engine " + engine.id() + " writes format " + engine.formatVersion() + ", but "
                    + directory.folder(manifest) + " has format " + manifest.formatVersion() + "; deploy a newer storage bundle");
        }
        Path folder = directory.folder(manifest);
        if (!directory.exists(folder)) {
            if (there.isPresent()) {
                throw new StartRefused("MANIFEST names " + folder + ", which is not there; restore it from a backup");
            }
            refuseOtherFolders(folder);
            directory.create(folder);
        }
        EngineSession session = engine.open(folder, new EngineOptions(config.storage().cacheBytes(), config.storage().sync()));
        if (there.isEmpty()) {
            directory.replaceManifest(manifest);
        }
        return session;
    }
}
