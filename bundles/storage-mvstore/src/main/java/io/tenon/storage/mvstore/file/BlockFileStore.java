package io.tenon.storage.mvstore.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.RandomAccessStore;
import org.h2.mvstore.SFChunk;

/**
 * MVStore's file, with a checksum on every block ({@link Blocks}); MVStore itself has none on data. MVStore writes whole blocks only: two
 * of header, then chunks, each in one write. A read answers bytes that one write brought, unchanged, or throws.
 *
 * <p>Written by the owner of the session; read by any thread.
 */
public final class BlockFileStore extends RandomAccessStore {
    /** What MVStore reads at the start of a block when it looks for a chunk. */
    private static final int CHUNK_HEAD_BYTES = 1024;
    private static final int STAGE_BLOCKS = 256;

    private final Disk disk;
    private final BlockReader reader;
    private final Start start;
    private final boolean synced;
    private final ByteBuffer stage = ByteBuffer.allocateDirect(STAGE_BLOCKS * Blocks.STORED_BYTES);
    /** Numbers of writes start anywhere and count up, so that no two writes to a file have the same. */
    private long writeNumber = ThreadLocalRandom.current().nextLong();
    private volatile long unsyncedBytes;
    private boolean opening = true;

    /**
     * @param settings as of MVStore's builder: {@code cacheSize}, {@code pageSplitSize}
     * @param synced   false when the operator chose to live without
     */
    public BlockFileStore(Disk disk, Start start, Map<String, Object> settings, boolean synced) throws IOException {
        super(new HashMap<>(settings));
        this.disk = disk;
        this.reader = new BlockReader(disk);
        this.start = start;
        this.synced = synced;
        init(disk.toString(), false);
        setRetentionTime(0);
        setSize(disk.sizeBytes() / Blocks.STORED_BYTES * Blocks.DATA_BYTES);
    }

    /** MVStore has chosen a state. False when it is not the one to start from. */
    public boolean opened() {
        opening = false;
        return start.isEmpty() || lastChunkVersion() == start.version();
    }

    /** Bytes that a power failure may take. */
    public long unsyncedBytes() {
        return unsyncedBytes;
    }

    @Override
    public ByteBuffer readFully(SFChunk chunk, long position, int length) {
        if (position < 0 || length <= 0 || position + length > size()) {
            throw reader.corrupt("has " + size() + " bytes of data, wanted are " + length + " at " + position);
        }
        readCount.incrementAndGet();
        readBytes.addAndGet(length);
        long first = position / Blocks.DATA_BYTES;
        if (first < BlockReader.HEADER_BLOCKS) {
            return start.header().slice((int) position, length);
        }
        if (opening && chunk == null && length == CHUNK_HEAD_BYTES && !start.isUsable(first)) {
            throw reader.corrupt("has no whole chunk at block " + first);
        }
        int count = (int) ((position + length - 1) / Blocks.DATA_BYTES - first) + 1;
        return reader.data(first, count).slice((int) (position - first * Blocks.DATA_BYTES), length);
    }

    @Override
    protected void writeFully(SFChunk chunk, long position, ByteBuffer source) {
        int length = source.remaining();
        if (position % Blocks.DATA_BYTES != 0 || length % Blocks.DATA_BYTES != 0) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_INTERNAL, "write of {0} bytes at {1} is not in blocks", length, position);
        }
        if (position == 0 && Start.saysClosed(source)) {
            // What a header calls complete is on the disk before it.
            sync();
        }
        setSize(Math.max(size(), position + length));
        try {
            write(position / Blocks.DATA_BYTES, source);
        } catch (IOException failure) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "cannot write {0}: {1}", disk, failure, failure);
        }
        unsyncedBytes += length;
        writeCount.incrementAndGet();
        writeBytes.addAndGet(length);
    }

    private void write(long first, ByteBuffer source) throws IOException {
        writeNumber++;
        long block = first;
        while (source.hasRemaining()) {
            stage.clear();
            long stageFirst = block;
            while (source.hasRemaining() && stage.hasRemaining()) {
                stage.put(source.slice(source.position(), Blocks.DATA_BYTES));
                source.position(source.position() + Blocks.DATA_BYTES);
                Blocks.seal(stage, block, new Blocks.Origin(writeNumber, (int) (block - first)));
                block++;
            }
            disk.write(stage.flip(), stageFirst * Blocks.STORED_BYTES);
        }
    }

    @Override
    public void sync() {
        if (synced && unsyncedBytes > 0) {
            try {
                disk.sync();
            } catch (IOException failure) {
                throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "cannot sync {0}: {1}", disk, failure, failure);
            }
        }
        unsyncedBytes = 0;
    }

    @Override
    protected void truncate(long sizeBytes) {
        try {
            disk.truncate(sizeBytes / Blocks.DATA_BYTES * Blocks.STORED_BYTES);
        } catch (IOException failure) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "cannot shorten {0}: {1}", disk, failure, failure);
        }
        setSize(Math.min(size(), sizeBytes));
        unsyncedBytes++;
        writeCount.incrementAndGet();
    }

    /** Bytes of the file itself. */
    public long storedBytes() {
        return size() / Blocks.DATA_BYTES * Blocks.STORED_BYTES;
    }

    @Override
    public void close() {
        try {
            disk.close();
        } catch (IOException failure) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "cannot close {0}: {1}", disk, failure, failure);
        } finally {
            super.close();
        }
    }

    @Override
    public void open(String fileName, boolean readOnly, char[] encryptionKey) {
        throw new UnsupportedOperationException("is open from the start");
    }

    @Override
    public BlockFileStore open(String fileName, boolean readOnly) {
        throw new UnsupportedOperationException("is open from the start");
    }

    @Override
    public void backup(ZipOutputStream out) {
        throw new UnsupportedOperationException("a view is the way to copy a store");
    }

    @Override
    public String toString() {
        return disk.toString();
    }
}
