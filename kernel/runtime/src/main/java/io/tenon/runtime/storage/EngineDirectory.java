package io.tenon.runtime.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** MANIFEST and the engines' folders beside it. All calls block on the disk. */
public interface EngineDirectory {

    /** Makes what is missing of the data directory. */
    void prepare() throws IOException;

    /** @throws IOException the file is damaged; the message says what to do */
    Optional<Manifest> manifest() throws IOException;

    /** Replaces MANIFEST in one step; durable on return. */
    void replaceManifest(Manifest next) throws IOException;

    /** The folder of the engine that a manifest names. */
    Path folder(Manifest manifest);

    boolean exists(Path folder);

    /** Makes an empty folder; durable on return. */
    void create(Path folder) throws IOException;

    /** Every folder that has the name of an engine's, in the order of their names. */
    List<Path> folders() throws IOException;

    /** Removes a folder and what is in it. */
    void remove(Path folder) throws IOException;
}
