package io.tenon.simulator.disk;

import io.tenon.simulator.world.Chance;
import io.tenon.spi.storage.StorageEngine;
import java.io.IOException;
import java.nio.file.Path;

/** A storage engine with its disk, which outlives the processes that use it. */
public interface CrashingEngine extends StorageEngine {

    /** Where the folders of its stores lie. */
    Path root();

    /** Makes a folder for a store. */
    void create(Path folder) throws IOException;

    /** Removes a store. */
    void remove(Path folder) throws IOException;

    /** The power failed: what was not made durable may be lost. */
    void crash(Chance chance) throws IOException;

    /** The process died: what it wrote is there. */
    void processDied() throws IOException;

    /** Nobody will use it any more. */
    void dispose() throws IOException;
}
