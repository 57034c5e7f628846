package io.tenon.runtime.node;

import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.runtime.bootstrap.InheritedPlace;
import io.tenon.runtime.bootstrap.StartRefused;
import io.tenon.runtime.snapshot.DatabaseImport;
import io.tenon.runtime.snapshot.Databases;
import io.tenon.runtime.storage.EngineDirectory;
import io.tenon.runtime.storage.Generations;
import io.tenon.runtime.storage.Manifest;
import io.tenon.spi.log.LogSession;
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
    private final Databases databases;
    private final Generations generations;

    EngineFolder(NodeConfig config, EngineDirectory directory, Databases databases) {
        this.config = config;
        this.directory = directory;
        this.databases = databases;
        generations = new Generations(directory, new EngineOptions(config.storage().cacheBytes(), config.storage().sync()));
    }

    Generations generations() {
        return generations;
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

    /**
     * As {@link #open}, and finishes the installation of a snapshot that a crash interrupted: the log names it, MANIFEST not yet its
     * generation.
     */
    EngineSession openFor(LogSession log, StorageEngine engine) throws IOException, StartRefused {
        Snapshot logged = log.recovery().snapshot();
        inherit(log, engine);
        EngineSession session = open(engine);
        if (logged.index() <= session.applied().index()) {
            return session;
        }
        Optional<Generations.Opened> received = generations.complete(directory.manifest().orElseThrow(),
                new LogMark(logged.term(), logged.index()));
        if (received.isEmpty()) {
            return session;
        }
        session.close();
        directory.replaceManifest(received.get().manifest());
        LOG.info("finished the installation of a snapshot snapshot-index={} generation={}", logged.index(),
                received.get().manifest().generation());
        return received.get().session();
    }

    /**
     * A directory of Go etcd: its database becomes the first generation. MANIFEST comes when that is complete, and then the database goes out
     * of the way; a crash before leaves a generation without a place in the log, which is filled anew.
     */
    private void inherit(LogSession log, StorageEngine engine) throws IOException, StartRefused {
        long snapshotIndex = log.recovery().snapshot().index();
        Optional<Path> database = databases.inherited(snapshotIndex);
        if (database.isPresent() && directory.manifest().isEmpty()) {
            generations.engine(Optional.of(engine));
            Manifest first = new Manifest(engine.id(), engine.formatVersion(), 1);
            if (generations.discardUnfinished(first)) {
                refuseOtherFolders(directory.folder(first));
                directory.create(directory.folder(first));
                try (EngineSession session = generations.open(first)) {
                    new DatabaseImport(database.get()).into(session, databases, log.recovery().snapshot().data().toStringUtf8(),
                            (mark, members) -> InheritedPlace.configuration(log, mark, members));
                }
            }
            directory.replaceManifest(first);
        }
        databases.setInheritedAside(snapshotIndex);
    }

    /** True when nothing can be opened before somebody reads a database of Go etcd. */
    boolean needsDatabaseForm() throws IOException {
        return databases.anyInherited() && directory.manifest().isEmpty();
    }

    /** Log and engine agree: no other generation is needed. */
    void removeLeftovers() throws IOException {
        generations.removeLeftovers(directory.manifest().orElseThrow());
    }

    EngineSession open(StorageEngine engine) throws IOException, StartRefused {
        generations.engine(Optional.of(engine));
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
        EngineSession session = generations.open(manifest);
        if (there.isEmpty()) {
            directory.replaceManifest(manifest);
        }
        return session;
    }
}
