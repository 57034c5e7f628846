package io.tenon.transport.http;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Where frames are put together before they are written at once. One thread. */
final class FrameBuffer {
    private static final int START_BYTES = 16 << 10;
    /** A buffer that had to grow beyond this for one large message is not kept. */
    private static final int KEPT_BYTES = 1 << 20;

    private byte[] bytes = new byte[START_BYTES];
    private int size;

    int sizeBytes() {
        return size;
    }

    void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    void putLong(long value) {
        ensure(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** Its length in eight bytes, and the message. */
    void putSized(MessageLite message) {
        int length = message.getSerializedSize();
        putLong(length);
        ensure(length);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes, size, length);
            message.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new IllegalStateException("a message is longer or shorter than it says: " + length, impossible);
        }
        size += length;
    }

    private void ensure(int more) {
        int wanted = Math.addExact(size, more);
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * bytes.length, wanted)));
        }
    }

    /** What was put since the last {@link #clear}; valid until then. */
    ByteBuffer contents() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    void clear() {
        size = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[START_BYTES];
        }
    }
}
