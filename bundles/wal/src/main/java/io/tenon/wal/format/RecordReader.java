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

    /** @param bufferBytes how much is read at once; less when the file is smaller, more when a record is larger */
    public RecordReader(DiskFile file, int bufferBytes) throws IOException {
        this.file = file;
        fileBytes = file.size();
        buffer = newBuffer((int) Math.min(bufferBytes, Math.max(fileBytes, Frame.HEADER_BYTES))).limit(0);
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
        readFrame();
        check();
        return true;
    }

    private long headerAt() {
        return buffer.getLong(place());
    }

    private int place() {
        return (int) (offset - bufferOffset);
    }

    private void readFrame() throws IOException, BrokenRecordException {
        endOffset = fileBytes;
        if (!fill(Frame.HEADER_BYTES)) {
            throw broken(Extent.HEADER, "the file ends inside a length field");
        }
        long recordBytes = recordBytes();
        endOffset = offset + Frame.frameBytes(recordBytes);
        if (endOffset > fileBytes || !fill((int) Math.min(endOffset - offset, Integer.MAX_VALUE))) {
            throw broken(reachesIntoData(recordBytes) ? Extent.DATA : Extent.PREFIX,
                    "a record of %d bytes goes beyond the end of the file at %d".formatted(recordBytes, fileBytes));
        }
        int start = place() + Frame.HEADER_BYTES;
        try {
            parse(start, start + (int) recordBytes);
        } catch (MalformedException malformed) {
            throw broken(Extent.PREFIX, "no record of " + recordBytes + " bytes: " + malformed.getMessage());
        }
    }

    private long recordBytes() throws BrokenRecordException {
        try {
            return Frame.recordBytes(headerAt());
        } catch (MalformedException malformed) {
            throw broken(Extent.HEADER, malformed.getMessage());
        }
    }

    /** Of a record that is cut off by the end of the file: does what there is of it agree with the length? */
    private boolean reachesIntoData(long recordBytes) throws IOException {
        int most = Frame.HEADER_BYTES + Frame.PREFIX_MOST_BYTES;
        if (recordBytes > Integer.MAX_VALUE - most || !fill(most)) {
            return false;
        }
        int start = place() + Frame.HEADER_BYTES;
        fields.reset(buffer, start, start + (int) recordBytes);
        try {
            return fields.next() && fields.field() == 1 && fields.next() && fields.field() == 2
                    && fields.next() && fields.field() == 3 && fields.isAtEnd();
        } catch (MalformedException malformed) {
            return false;
        }
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
                case 2 -> storedCrc = checksum(fields.number());
                case 3 -> {
                    dataStart = fields.start();
                    dataLength = fields.length();
                }
            }
        }
    }

    private static int checksum(long number) throws MalformedException {
        if (number >>> Integer.SIZE != 0) {
            throw new MalformedException("a checksum of more than 32 bits");
        }
        return (int) number;
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
            throw broken(known.isPresent() ? Extent.DATA : Extent.PREFIX,
                    "the checksum is %08x, the data has %08x".formatted(storedCrc, computed));
        }
        if (known.isEmpty()) {
            throw broken(Extent.NOTHING_LOST, "unknown record type " + typeNumber);
        }
    }

    private void checkAnchor() throws BrokenRecordException {
        if (anchored && storedCrc != crcBefore) {
            throw broken(Extent.DATA, "the checksum carried over is %08x, the records before it have %08x".formatted(storedCrc, crcBefore));
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
