package io.tenon.spi.storage;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** A kind of storage. Provided by a {@code storage-*} bundle, used by the kernel alone. */
@ProviderType
public interface StorageEngine {

    /** Short name as in MANIFEST and configuration: {@code mvstore}, {@code memory}, … */
    String id();

    /** Version of the files this engine writes. */
    int formatVersion();

    /**
     * Opens the store in a folder that is this session's alone, and makes an empty one when the folder is empty. Blocks on the disk.
     *
     * @throws EngineCorruptException the files are damaged
     * @throws EngineException        the environment failed; the message says what the operator can do
     */
    EngineSession open(Path folder, EngineOptions options) throws EngineException;
}
