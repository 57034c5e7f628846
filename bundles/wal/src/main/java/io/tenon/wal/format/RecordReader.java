package io.tenon.wal.format;

import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.format.BrokenRecordException.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Reads the records of one segment in order and checks each. After {@link #next} its parts can be looked at until the next call. */
public final class RecordReader {
    /** Large enough that a scan of a whole log is bound by the disk. */
    public static final int SCAN_BYTES = 1 << 20;

    private final ProtoFields fields = new ProtoFields();
    private final RunningCrc crc = new RunningCrc();
    private final DiskFile file;
    private final long fileBytes;
    private ByteBuffer buffer;
    /** The file's offset of the buffer's first byte. */
    private long bufferOffset;
    private boolean anchored;

    private long offset;
    private long endOffset;
    private int crcBefore;
    private int storedCrc;
    private long typeNumber;
    private RecordType type = RecordType.CRC;
    private int dataStart;
    private int dataLength;

    public RecordReader(DiskFile file, int bufferBytes) throws IOException {
        this.file = file;
        fileBytes = file.size();
        buffer = newBuffer(bufferBytes).limit(0);
    }

    /** Goes to the first record of a log that is not read from its beginning: its crc record is believed. */
    public void startAtAnchor() {
        seek(0);
        anchored = false;
    }

    /** Goes to a frame before which the running checksum has this value. */
    public void startAt(long offset, int crcBefore) {
        seek(offset);
        crc.set(crcBefore);
        anchored = true;
    }

    private void seek(long offset) {
        if (offset < bufferOffset || offset > bufferOffset + buffer.limit()) {
            bufferOffset = offset;
            buffer.clear().limit(0);
        }
        endOffset = offset;
    }

    /** Goes to the next record; false where the data ends. */
    public boolean next() throws IOException, BrokenRecordException {
        offset = endOffset;
        if (offset == fileBytes || fill(Frame.HEADER_BYTES) && headerAt() == 0) {
            return false;
        }
        try {
            readFrame();
        } catch (MalformedException malformed) {
            throw broken(Extent.FRAME, malformed.getMessage());
        }
        check();
        return true;
    }

    private long headerAt() {
        return buffer.getLong(place());
    }

    private int place() {
        return (int) (offset - bufferOffset);
    }

    private void readFrame() throws IOException, MalformedException {
        endOffset = fileBytes;
        if (!fill(Frame.HEADER_BYTES)) {
            throw new MalformedException("the file ends inside a length field");
        }
        long recordBytes = Frame.recordBytes(headerAt());
        long end = offset + Frame.frameBytes(recordBytes);
        if (end > fileBytes) {
            throw new MalformedException("a record of %d bytes goes beyond the end of the file at %d".formatted(recordBytes, fileBytes));
        }
        endOffset = end;
        if (end - offset > Integer.MAX_VALUE || !fill((int) (end - offset))) {
            throw new MalformedException("a record of " + recordBytes + " bytes cannot be read");
        }
        int start = place() + Frame.HEADER_BYTES;
        parse(start, start + (int) recordBytes);
    }

    private void parse(int from, int to) throws MalformedException {
        typeNumber = 0;
        storedCrc = 0;
        dataStart = from;
        dataLength = 0;
        fields.reset(buffer, from, to);
        // Other fields would be of a later version.
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> typeNumber = fields.number();
                case 2 -> storedCrc = (int) fields.number();
                case 3 -> {
                    dataStart = fields.start();
                    dataLength = fields.length();
                }
            }
        }
    }

    private void check() throws BrokenRecordException {
        Optional<RecordType> known = RecordType.of(typeNumber);
        type = known.orElse(RecordType.METADATA);
        crcBefore = crc.value();
        if (type == RecordType.CRC) {
            checkAnchor();
            return;
        }
        if (!anchored) {
            throw broken(Extent.NOTHING_LOST, "the segment does not begin with a crc record");
        }
        crc.update(buffer.duplicate().limit(dataStart + dataLength).position(dataStart));
        int computed = crc.value();
        if (computed != storedCrc) {
            crc.set(crcBefore);
            throw broken(known.isPresent() ? Extent.CONTENT : Extent.FRAME,
                    "the checksum is %08x, the data has %08x".formatted(storedCrc, computed));
        }
        if (known.isEmpty()) {
            throw broken(Extent.NOTHING_LOST, "unknown record type " + typeNumber);
        }
    }

    private void checkAnchor() throws BrokenRecordException {
        if (anchored && storedCrc != crcBefore) {
            throw broken(Extent.CONTENT, "the checksum carried over is %08x, the records before it have %08x".formatted(storedCrc, crcBefore));
        }
        crc.set(storedCrc);
        anchored = true;
    }

    private BrokenRecordException broken(Extent extent, String reason) {
        return new BrokenRecordException(extent, offset, endOffset, reason);
    }

    /** Brings {@code count} bytes from the current offset into the buffer; false when the file has fewer. */
    private boolean fill(int count) throws IOException {
        if (buffer.limit() - place() >= count) {
            return true;
        }
        if (fileBytes - offset < count) {
            return false;
        }
        ByteBuffer target = count > buffer.capacity() ? newBuffer(Math.max(count, buffer.capacity() * 2)) : buffer;
        buffer.position(place());
        target = target == buffer ? buffer.compact() : target.put(buffer);
        bufferOffset = offset;
        buffer = target;
        file.readFully(buffer, offset + buffer.position());
        buffer.flip();
        return buffer.limit() >= count;
    }

    private static ByteBuffer newBuffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    public RecordType type() {
        return type;
    }

    /** The buffer that holds the record's data from {@link #dataStart} to {@link #dataEnd}. */
    public ByteBuffer buffer() {
        return buffer;
    }

    public int dataStart() {
        return dataStart;
    }

    public int dataEnd() {
        return dataStart + dataLength;
    }

    /** Where the record's frame begins. */
    public long offset() {
        return offset;
    }

    /** Where the next frame begins. */
    public long endOffset() {
        return endOffset;
    }

    /** The running checksum before this record. */
    public int crcBefore() {
        return crcBefore;
    }

    /** The running checksum after all that was read. */
    public int crcAfter() {
        return crc.value();
    }
}
