package io.tenon.storage.mvstore.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RandomAccessStore;
import org.h2.mvstore.SFChunk;

/**
 * MVStore's file, with a checksum on every block ({@link Blocks}); MVStore itself has none on data. MVStore writes whole blocks only: two
 * of header, then chunks, each in one write. A read answers bytes that one write brought, unchanged, or throws.
 *
 * <p>After a crash, blocks of writes that were not synced may be there or not, each by itself. MVStore looks at a chunk's first and last
 * block only; so until {@link #recovered} this class answers the head of a chunk only if all its blocks are whole, and MVStore then falls
 * back to the newest state that is. The header is written in place and may be lost in a crash: it only says where to start to look, so
 * a plain one is made up in its place.
 *
 * <p>Written by the owner of the session; read by any thread.
 */
public final class BlockFileStore extends RandomAccessStore {
    private static final int HEADER_BLOCKS = 2;
    /** What MVStore reads at the start of a block when it looks for a chunk. */
    private static final int CHUNK_HEAD_BYTES = 1024;
    private static final Pattern CHUNK_LENGTH = Pattern.compile("^chunk:[^\\n]*?,len:([0-9a-f]{1,7})[,\\s]");
    private static final Pattern HEADER_VERSION = Pattern.compile("version:([0-9a-f]{1,15})[,\\s]");
    private static final String CLOSED = "clean:1";
    private static final long NOT_CLOSED = -1;
    private static final int STAGE_BLOCKS = 256;

    private final Disk disk;
    private final boolean synced;
    private final ByteBuffer stage = ByteBuffer.allocateDirect(STAGE_BLOCKS * Blocks.STORED_BYTES);
    /** Numbers of writes start anywhere and count up, so that no two writes to a file have the same. */
    private long writeNumber = ThreadLocalRandom.current().nextLong();
    private volatile long unsyncedBytes;
    /** Chunks found whole while recovering, by first block; empty and unused afterwards. */
    private final Set<Long> wholeChunks = new HashSet<>();
    private boolean recovering;
    /** The newest state that a session left when it closed the file; -1 if it did not. */
    private long closedVersion = NOT_CLOSED;

    /**
     * @param settings as of MVStore's builder: {@code cacheSize}, {@code pageSplitSize}
     * @param synced   false when the operator chose to live without
     */
    public BlockFileStore(Disk disk, Map<String, Object> settings, boolean synced) throws IOException {
        super(new HashMap<>(settings));
        this.disk = disk;
        this.synced = synced;
        init(disk.toString(), false);
        setRetentionTime(0);
        setSize(disk.sizeBytes() / Blocks.STORED_BYTES * Blocks.DATA_BYTES);
        if (size() > 0) {
            readHeader();
        }
    }

    private void readHeader() {
        String text = text(readFully((SFChunk) null, 0, HEADER_BLOCKS * Blocks.DATA_BYTES));
        Matcher version = HEADER_VERSION.matcher(text);
        recovering = !text.contains(CLOSED) || !version.find();
        closedVersion = recovering ? NOT_CLOSED : Long.parseLong(version.group(1), 16);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }

    /** MVStore has found its newest state, and it is none before the one that was closed. */
    public void recovered() {
        if (lastChunkVersion() < closedVersion) {
            throw corrupt("has lost everything after state " + lastChunkVersion() + " of " + closedVersion, null);
        }
        recovering = false;
        wholeChunks.clear();
    }

    /** Bytes that a power failure may take. */
    public long unsyncedBytes() {
        return unsyncedBytes;
    }

    @Override
    public ByteBuffer readFully(SFChunk chunk, long position, int length) {
        if (position < 0 || length <= 0 || position + length > size()) {
            throw corrupt("wants " + length + " bytes at " + position + " of " + size(), null);
        }
        ByteBuffer bytes = read(position, length);
        if (recovering && length == CHUNK_HEAD_BYTES && position >= HEADER_BLOCKS * Blocks.DATA_BYTES) {
            checkWholeChunk(position / Blocks.DATA_BYTES, bytes);
        }
        readCount.incrementAndGet();
        readBytes.addAndGet(length);
        return bytes;
    }

    private ByteBuffer read(long position, int length) {
        long first = position / Blocks.DATA_BYTES;
        int count = (int) ((position + length - 1) / Blocks.DATA_BYTES - first) + 1;
        ByteBuffer stored = ByteBuffer.allocate(Math.multiplyExact(count, Blocks.STORED_BYTES));
        try {
            disk.read(stored, first * Blocks.STORED_BYTES);
        } catch (IOException failure) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_READING_FAILED, "cannot read {0}: {1}", disk, failure, failure);
        }
        if (stored.hasRemaining()) {
            throw corrupt("ends " + stored.remaining() + " bytes before the end of block " + (first + count - 1), null);
        }
        check(stored, first, count);
        for (int i = 1; i < count; i++) {
            System.arraycopy(stored.array(), i * Blocks.STORED_BYTES, stored.array(), i * Blocks.DATA_BYTES, Blocks.DATA_BYTES);
        }
        return stored.slice((int) (position - first * Blocks.DATA_BYTES), length);
    }

    private void check(ByteBuffer stored, long first, int count) {
        if (first < HEADER_BLOCKS) {
            checkHeader(stored, first, count);
            return;
        }
        Blocks.Origin before = null;
        for (int i = 0; i < count; i++) {
            int start = i * Blocks.STORED_BYTES;
            if (!Blocks.intact(stored, start, first + i)) {
                throw corrupt("checksum of block " + (first + i) + " is wrong", null);
            }
            Blocks.Origin origin = Blocks.origin(stored, start);
            if (before != null && (before.write() != origin.write() || before.place() + 1 != origin.place())) {
                throw corrupt("block " + (first + i) + " is of another write than the block before it", null);
            }
            before = origin;
        }
    }

    /** Each of the two copies counts for itself; if both are gone, a plain header stands in. */
    private void checkHeader(ByteBuffer stored, long first, int count) {
        boolean any = false;
        for (int i = 0; i < count; i++) {
            int start = i * Blocks.STORED_BYTES;
            if (Blocks.intact(stored, start, first + i)) {
                any = true;
            } else {
                stored.put(start, new byte[Blocks.DATA_BYTES]);
            }
        }
        if (!any) {
            stored.put(0, plainHeader());
        }
    }

    private static byte[] plainHeader() {
        byte[] text = "H:2,block:2,blockSize:1000,chunk:0,created:0,format:3,version:0".getBytes(StandardCharsets.ISO_8859_1);
        int sum = DataUtils.getFletcher32(text, 0, text.length);
        byte[] tail = (",fletcher:" + Integer.toHexString(sum) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(text.length + tail.length).put(text).put(tail).array();
    }

    private void checkWholeChunk(long first, ByteBuffer head) {
        Matcher chunk = CHUNK_LENGTH.matcher(text(head));
        if (!chunk.find() || wholeChunks.contains(first)) {
            return;
        }
        long end = first + Integer.parseInt(chunk.group(1), 16);
        if (end * Blocks.DATA_BYTES > size()) {
            throw corrupt("ends within the chunk at block " + first, null);
        }
        Blocks.Origin before = origin(first);
        if (before.place() != 0) {
            throw corrupt("block " + first + " is in the middle of a chunk", null);
        }
        for (long at = first; at < end; at += STAGE_BLOCKS) {
            int count = (int) Math.min(STAGE_BLOCKS, end - at);
            read(at * Blocks.DATA_BYTES, count * Blocks.DATA_BYTES);
            Blocks.Origin origin = origin(at);
            if (origin.write() != before.write() || origin.place() != at - first) {
                throw corrupt("block " + at + " is not of the chunk at block " + first, null);
            }
        }
        wholeChunks.add(first);
    }

    private Blocks.Origin origin(long block) {
        ByteBuffer stored = ByteBuffer.allocate(Blocks.STORED_BYTES);
        try {
            disk.read(stored, block * Blocks.STORED_BYTES);
        } catch (IOException failure) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_READING_FAILED, "cannot read {0}: {1}", disk, failure, failure);
        }
        return Blocks.origin(stored, 0);
    }

    @Override
    protected void writeFully(SFChunk chunk, long position, ByteBuffer source) {
        int length = source.remaining();
        if (position % Blocks.DATA_BYTES != 0 || length % Blocks.DATA_BYTES != 0) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_INTERNAL, "write of {0} bytes at {1} is not in blocks", length, position);
        }
        if (position == 0 && text(source).contains(CLOSED)) {
            // What the header calls complete is on the disk before it.
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

    private MVStoreException corrupt(String what, Throwable cause) {
        return DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "{0} {1}", disk, what, cause);
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
