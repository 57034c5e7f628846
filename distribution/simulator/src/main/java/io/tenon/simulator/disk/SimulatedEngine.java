package io.tenon.simulator.disk;

import io.tenon.api.consensus.LogMark;
import io.tenon.simulator.world.Chance;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.SealedBatch;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * An engine that promises what the contract promises and nothing more: after a crash a store is as after any commit since the last flush.
 * One object for each member; it outlives the member's crashes, as a disk does.
 */
final class SimulatedEngine implements CrashingEngine {
    static final String ID = "simulated";

    /** Stores by folder. */
    private final Map<Path, Store> stores = new TreeMap<>();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int formatVersion() {
        return 1;
    }

    @Override
    public EngineSession open(Path folder, EngineOptions options) throws EngineException {
        Store store = stores.computeIfAbsent(folder, path -> new Store());
        store.open();
        return new Session(store);
    }

    @Override
    public Path root() {
        return Path.of("/data/member/tenon");
    }

    @Override
    public void create(Path folder) {
        // A store is made when it is opened.
    }

    @Override
    public void remove(Path folder) {
        stores.remove(folder);
    }

    /** Of what was not flushed, any part from the beginning is left. */
    @Override
    public void crash(Chance chance) {
        stores.values().forEach(store -> store.crash(chance));
    }

    @Override
    public void processDied() {
        stores.values().forEach(Store::close);
    }

    @Override
    public void dispose() {
        // All of it is in the heap.
    }

    private static final class Session implements EngineSession {
        private final Store store;
        private final int opening;

        Session(Store store) {
            this.store = store;
            opening = store.opening();
        }

        /** A session that outlives its process would write to the disk of the next one. */
        private void checkOpen() throws EngineException {
            if (store.opening() != opening) {
                throw new EngineException("the store was closed");
            }
        }

        @Override
        public LogMark applied() {
            return store.newest().applied();
        }

        @Override
        public void commit(SealedBatch batch, LogMark applied) throws EngineException {
            checkOpen();
            store.add(store.newest().with(batch, applied));
        }

        @Override
        public LogMark flush() throws EngineException {
            checkOpen();
            store.flush();
            return store.newest().applied();
        }

        @Override
        public EngineView view() {
            return new View(store.newest());
        }

        @Override
        public EngineSize size() {
            long bytes = store.newest().sizeBytes();
            return new EngineSize(bytes, bytes);
        }

        @Override
        public boolean reclaim(long budgetNanos) {
            return false;
        }

        @Override
        public void defragment() throws EngineException {
            checkOpen();
        }

        @Override
        public void close() {
            if (store.opening() == opening) {
                store.close();
            }
        }
    }
}
