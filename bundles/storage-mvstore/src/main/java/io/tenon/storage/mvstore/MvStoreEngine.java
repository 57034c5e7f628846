package io.tenon.storage.mvstore;

import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.StorageEngine;
import io.tenon.storage.mvstore.file.Disk;
import io.tenon.storage.mvstore.file.FileDisk;
import java.nio.file.Path;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The default engine: one file of H2's MVStore, with a checksum on every block and value. */
@Component(service = StorageEngine.class, immediate = true)
public final class MvStoreEngine implements StorageEngine {
    static final String ID = "mvstore";
    static final int FORMAT_VERSION = 1;

    private final Folder.Opener disks;

    @Activate
    public MvStoreEngine() {
        this(FileDisk::open);
    }

    private MvStoreEngine(Folder.Opener disks) {
        this.disks = disks;
    }

    /** On other disks, for tests and simulations that fail or crash them. */
    public static MvStoreEngine on(Function<Path, Disk> disks) {
        return new MvStoreEngine(disks::apply);
    }

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
        return MvStoreSession.open(Folder.open(folder, options, disks), options);
    }
}
