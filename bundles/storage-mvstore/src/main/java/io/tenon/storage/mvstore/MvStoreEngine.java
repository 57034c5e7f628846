package io.tenon.storage.mvstore;

import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.StorageEngine;
import io.tenon.storage.mvstore.file.FileDisk;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;

/** The default engine: one file of H2's MVStore, with a checksum on every block and value. */
@Component(service = StorageEngine.class, immediate = true)
public final class MvStoreEngine implements StorageEngine {
    static final String ID = "mvstore";
    static final int FORMAT_VERSION = 1;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int formatVersion() {
        return FORMAT_VERSION;
    }

    @Override
    public EngineSession open(Path folder, EngineOptions options) throws EngineException {
        return MvStoreSession.open(Folder.open(folder, options, FileDisk::open), options);
    }
}
