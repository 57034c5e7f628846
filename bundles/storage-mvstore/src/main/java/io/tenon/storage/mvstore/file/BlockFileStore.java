package io.tenon.storage.mvstore.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RandomAccessStore;
import org.h2.mvstore.SFChunk;

/**
 * MVStore's file, with a checksum on every block ({@link Blocks}); MVStore itself has none on data. MVStore writes whole blocks only: two
 * of header, then chunks, each in one write. A read answers bytes that one write brought, unchanged, or throws.
 *
 * <p>Written by the owner of the session; read by any thread.
 */
public final class BlockFileStore extends RandomAccessStore {
    /** What MVStore reads where it looks for the head of a chunk; elsewhere it looks for a foot. */
    private static final int CHUNK_HEAD_BYTES = 1024;
    /**
     * MVStore searches from the end of the file, first for the last chunk, from which it follows a chain and is content with any state that
     * it finds there, then, if there was none, for all chunks.
     */
    private static final int SEARCH_OF_ALL = 2;
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
    private int searches;

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

    /**
     * MVStore has chosen a state. Makes sure that this file is not taken for a closed one, nor chunks of a lost future for chunks of the
     * new one, which get the same numbers. Durable on return.
     *
     * @throws StartFailed it is not the state that there must be
     */
    public void opened() throws IOException {
        opening = false;
        if (start.scan().isPresent()) {
            eraseNewerThan(lastChunkVersion(), start.scan().get());
        } else if (lastChunkVersion() != start.closedVersion()) {
            throw new StartFailed(disk + " has lost everything after state " + lastChunkVersion() + " of " + start.closedVersion(), null);
        } else if (!start.isNew()) {
            writeFully((SFChunk) null, 0, Start.headerWithoutPointer());
        }
        sync();
    }

    private void eraseNewerThan(long version, ChunkScan scan) throws IOException {
        if (version == 0) {
            throw new StartFailed("no whole commit is left in " + disk, null);
        }
        for (ChunkScan.Found chunk : scan.newerThan(version)) {
            disk.write(ByteBuffer.allocate(Blocks.STORED_BYTES), chunk.block() * Blocks.STORED_BYTES);
            unsyncedBytes += Blocks.STORED_BYTES;
        }
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
        return opening && chunk == null ? whileOpening(position, length) : data(position, length);
    }

    private ByteBuffer data(long position, int length) {
        long first = position / Blocks.DATA_BYTES;
        int count = (int) ((position + length - 1) / Blocks.DATA_BYTES - first) + 1;
        return reader.data(first, count).slice((int) (position - first * Blocks.DATA_BYTES), length);
    }

    /** MVStore asks for the head or the foot of a chunk; only those of whole chunks are there. */
    private ByteBuffer whileOpening(long position, int length) {
        if (start.scan().isEmpty()) {
            try {
                return data(position, length);
            } catch (MVStoreException damage) {
                throw new StartFailed(damage.getMessage(), damage);
            }
        }
        ChunkScan scan = start.scan().get();
        if (position + length == size()) {
            searches++;
        }
        long block = position / Blocks.DATA_BYTES;
        if (searches < SEARCH_OF_ALL || !(length == CHUNK_HEAD_BYTES ? scan.isHead(block) : scan.isFoot(block))) {
            throw NothingThere.INSTANCE;
        }
        return data(position, length);
    }

    /** Thrown for most blocks of a file while its chunks are looked up, so it is made once. */
    private static final class NothingThere extends MVStoreException {
        private static final long serialVersionUID = 1L;
        private static final NothingThere INSTANCE = new NothingThere();

        private NothingThere() {
            super(DataUtils.ERROR_FILE_CORRUPT, "no whole chunk begins or ends here");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
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
