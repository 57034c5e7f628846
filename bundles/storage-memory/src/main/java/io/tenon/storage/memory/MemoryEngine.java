package io.tenon.storage.memory;

import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.StorageEngine;
import java.io.IOException;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;

/** Keeps all rows in the heap, for tests and for small stores; durable at each flush, like every engine. */
@Component(service = StorageEngine.class, immediate = true)
public final class MemoryEngine implements StorageEngine {
    static final String ID = "memory";
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
    public EngineSession open(Path path, EngineOptions options) throws EngineException {
        try {
            Folder folder = Folder.open(path, options.sync());
            try {
                return MemorySession.open(folder);
            } catch (IOException | RuntimeException failure) {
                folder.close();
                throw failure;
            }
        } catch (EngineException refused) {
            throw refused;
        } catch (IOException failure) {
            throw new EngineException("cannot open the store in " + path + ": " + failure + "; check its owner and permissions", failure);
        }
    }
}
