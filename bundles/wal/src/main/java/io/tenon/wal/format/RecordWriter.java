package io.tenon.wal.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Encodes records into one direct buffer that is used over and over, and writes it out when it is full or when told to. The messages are
 * written by hand: an entry goes from its {@link ByteString} to the buffer in one copy, with no object made on the way. Fields that etcd
 * always writes are written even when they are 0. One owner.
 */
public final class RecordWriter {
    private static final int SMALLEST_BUFFER_BYTES = 1 << 16;
    /** A batch beyond this is written in several writes; a buffer grows further only for a single record that needs it. */
    private static final int LARGEST_BUFFER_BYTES = 1 << 22;
    private static final int PREFIX_MOST_BYTES = Frame.HEADER_BYTES + Frame.PREFIX_MOST_BYTES;
    private static final int CRC_MOST_BYTES = 5;

    private final RunningCrc crc = new RunningCrc();
    private ByteBuffer buffer = newBuffer(SMALLEST_BUFFER_BYTES);
    private ByteBuffer view = buffer.duplicate();
    private DiskFile file;
    /** Where the buffer's first byte goes. */
    private long fileOffset;
    /** Of the record that is being encoded: places in the buffer, and its type. */
    private int frame;
    private int dataStart;
    private RecordType recordType = RecordType.CRC;

    /** Goes on writing a file at an offset, where the running checksum has this value. */
    public RecordWriter(DiskFile file, long offset, int crcBefore) {
        this.file = file;
        fileOffset = offset;
        crc.set(crcBefore);
    }

    /** Goes to the beginning of the next file. Nothing may wait in the buffer. */
    public void continueIn(DiskFile next) {
        if (buffer.position() != 0) {
            throw new IllegalStateException(buffer.position() + " bytes not written before the segment changes");
        }
        file = next;
        fileOffset = 0;
    }

    /** Where the next record will begin. */
    public long offset() {
        return fileOffset + buffer.position();
    }

    /** The running checksum after all records so far. */
    public int crcValue() {
        return crc.value();
    }

    public void entry(Entry entry) throws IOException {
        ByteString data = entry.data();
        int dataBytes = data.size();
        // A leader's first entry has no data, and etcd then writes no field rather than an empty one.
        int messageBytes = taggedBytes(entry.type().number()) + taggedBytes(entry.term()) + taggedBytes(entry.index())
                + (dataBytes == 0 ? 0 : taggedBytes(dataBytes) + dataBytes);
        begin(RecordType.ENTRY, messageBytes);
        tagged(1, entry.type().number());
        tagged(2, entry.term());
        tagged(3, entry.index());
        if (dataBytes > 0) {
            lengthTag(4, dataBytes);
            data.copyTo(buffer);
        }
        finish();
    }

    public void state(HardState state) throws IOException {
        begin(RecordType.STATE, taggedBytes(state.term()) + taggedBytes(state.vote()) + taggedBytes(state.commit()));
        tagged(1, state.term());
        tagged(2, state.vote());
        tagged(3, state.commit());
        finish();
    }

    /** A metadata or snapshot record; rare, so it comes as a message. */
    public void message(RecordType type, MessageLite message) throws IOException {
        ByteString data = message.toByteString();
        begin(type, data.size());
        data.copyTo(buffer);
        finish();
    }

    /** The record that begins a segment: the checksum so far, and no data. */
    public void anchor() throws IOException {
        makeRoom(PREFIX_MOST_BYTES + Frame.HEADER_BYTES);
        frame = buffer.position();
        buffer.position(frame + Frame.HEADER_BYTES);
        tagged(1, RecordType.CRC.number());
        tagged(2, Integer.toUnsignedLong(crc.value()));
        closeFrame();
    }

    /** Writes out what waits in the buffer. Written, not durable. */
    public void flush() throws IOException {
        int bytes = buffer.position();
        if (bytes > 0) {
            buffer.flip();
            file.writeFully(buffer, fileOffset);
            fileOffset += bytes;
            buffer.clear();
        }
    }

    /** Goes to where the record's data belongs if its checksum takes five bytes, as 15 of 16 do: the data must be there to be summed. */
    private void begin(RecordType type, int dataBytes) throws IOException {
        makeRoom(PREFIX_MOST_BYTES + dataBytes + Frame.HEADER_BYTES);
        frame = buffer.position();
        recordType = type;
        dataStart = frame + Frame.HEADER_BYTES + taggedBytes(type.number()) + 1 + CRC_MOST_BYTES + taggedBytes(dataBytes);
        buffer.position(dataStart);
    }

    /** Sums the data, writes what comes before it, and moves the data up when the checksum was shorter. */
    private void finish() {
        int dataBytes = buffer.position() - dataStart;
        crc.update(view.clear().limit(dataStart + dataBytes).position(dataStart));
        buffer.position(frame + Frame.HEADER_BYTES);
        tagged(1, recordType.number());
        tagged(2, Integer.toUnsignedLong(crc.value()));
        lengthTag(3, dataBytes);
        int target = buffer.position();
        if (target != dataStart) {
            buffer.put(target, buffer, dataStart, dataBytes);
        }
        buffer.position(target + dataBytes);
        closeFrame();
    }

    private void closeFrame() {
        int recordBytes = buffer.position() - frame - Frame.HEADER_BYTES;
        buffer.putLong(frame, Frame.header(recordBytes));
        for (int i = Frame.padding(recordBytes); i > 0; i--) {
            buffer.put((byte) 0);
        }
    }

    /** A record is never split over two fillings of the buffer. */
    private void makeRoom(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        if (buffer.position() + bytes > LARGEST_BUFFER_BYTES) {
            flush();
        }
        int needed = buffer.position() + bytes;
        if (buffer.capacity() < needed) {
            buffer = newBuffer(Integer.highestOneBit(needed) << 1).put(buffer.flip());
            view = buffer.duplicate();
        }
    }

    private static ByteBuffer newBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void tagged(int field, long value) {
        buffer.put((byte) (field << 3));
        varint(value);
    }

    private void lengthTag(int field, int bytes) {
        buffer.put((byte) (field << 3 | 2));
        varint(bytes);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
    }

    /** Bytes of a one-byte tag and a number. */
    private static int taggedBytes(long value) {
        return 1 + (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }
}
