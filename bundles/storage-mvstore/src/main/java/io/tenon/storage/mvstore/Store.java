package io.tenon.storage.mvstore;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.storage.mvstore.file.BlockFileStore;
import io.tenon.storage.mvstore.file.Disk;
import io.tenon.storage.mvstore.file.Start;
import io.tenon.storage.mvstore.file.StartFailed;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * An open file with one map per bucket. Written by the session's owner. Readers hold {@link Snapshot}s, so nobody ever sees the maps
 * between two commits, and a batch that failed half-way needs no undoing: it is never committed.
 */
final class Store {
    /** Rows of a page. More make a put dearer, since it copies the page's arrays; fewer make the tree higher. */
    private static final int KEYS_PER_PAGE = 48;
    /** Heap size at which a page is split. */
    private static final int PAGE_BYTES = 16 << 10;

    private final BlockFileStore file;
    private final int cacheMiB;
    private final MVStore store;
    private final Map<Bucket, MVMap<byte[], byte[]>> maps = new EnumMap<>(Bucket.class);
    /** Keeps what was durable last from being overwritten, since a power failure leads back to it. */
    private MVStore.TxCounter durableState;

    private Store(BlockFileStore file, int cacheMiB, MVStore store) {
        this.file = file;
        this.cacheMiB = cacheMiB;
        this.store = store;
        store.setVersionsToKeep(0);
        for (Bucket bucket : Bucket.values()) {
            maps.put(bucket, store.openMap(bucket.bucketName(),
                    new MVMap.Builder<byte[], byte[]>().keyType(KeyBlock.INSTANCE).valueType(CheckedValue.INSTANCE)));
        }
        durableState = store.registerVersionUsage();
    }

    /** Opens what is on the disk, or starts empty on one without bytes; closes the disk when that fails. */
    static Store open(Disk disk, EngineOptions options) throws IOException {
        int cacheMiB = Math.clamp(options.cacheBytes() >> 20, 1, Integer.MAX_VALUE);
        Map<String, Object> settings = Map.of("cacheSize", cacheMiB, "pageSplitSize", PAGE_BYTES);
        try {
            BlockFileStore file = new BlockFileStore(disk, Start.of(disk), settings, options.sync());
            MVStore store = new MVStore.Builder().fileStore(file).autoCommitDisabled().autoCommitBufferSize(0).keysPerPage(KEYS_PER_PAGE)
                    .open();
            file.opened();
            return new Store(file, cacheMiB, store);
        } catch (StartFailed lost) {
            disk.close();
            throw ByteRows.corrupt(lost.getMessage());
        } catch (IOException | RuntimeException | Error failure) {
            disk.close();
            throw failure;
        }
    }

    MVMap<byte[], byte[]> map(Bucket bucket) {
        return maps.get(bucket);
    }

    /** Makes the changes of the maps one new state. Nothing is synced. */
    void commit() {
        store.commit();
    }

    /** What was committed last can no longer be lost, and what only older states need may be overwritten. */
    void sync() {
        file.sync();
        MVStore.TxCounter before = durableState;
        durableState = store.registerVersionUsage();
        store.deregisterVersionUsage(before);
    }

    /**
     * MVStore's cache takes pages back that the collector has not cleared yet, without putting others out until the next miss: with a
     * large heap it grows to the whole store. Called now and then by readers.
     */
    void boundCache() {
        if (cachedMiB() > cacheMiB + cacheMiB / 4) {
            file.setCacheSize(cacheMiB);
        }
    }

    int cachedMiB() {
        return file.getCacheSizeUsed();
    }

    long unsyncedBytes() {
        return file.unsyncedBytes();
    }

    MVStore.TxCounter keepState() {
        return store.registerVersionUsage();
    }

    void dropState(MVStore.TxCounter state) {
        store.deregisterVersionUsage(state);
    }

    /** Live bytes of all written pages, in percent. */
    int fillPercent() {
        return file.getChunksFillRate();
    }

    /** Moves pages out of chunks that have most holes; the next commit saves them, the one after it may use the space. */
    boolean moveLivePages(int targetPercent, int bytes) {
        return store.compact(targetPercent, bytes);
    }

    long fileBytes() {
        return file.storedBytes();
    }

    /** Estimate in steps of one percent: the file less the holes between chunks and within them. */
    long inUseBytes() {
        return fileBytes() / 100 * file.getFillRate() / 100 * file.getChunksFillRate();
    }

    /** Marks the file as complete, syncs and closes it. Nobody may hold a state any more. */
    void close() {
        dropState(durableState);
        try {
            store.close();
        } finally {
            file.close();
        }
    }

    /** Closes without writing; what was committed stays. */
    void abandon() {
        store.closeImmediately();
        file.close();
    }

    boolean isClosed() {
        return store.isClosed();
    }

}
