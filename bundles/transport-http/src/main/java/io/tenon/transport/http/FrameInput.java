package io.tenon.transport.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads what frames are made of, and never more than was sent: a length is believed only as far as bytes follow. One thread. */
final class FrameInput {
    /** The longest frame, as in etcd. */
    static final long MOST_FRAME_BYTES = 512L << 20;
    /** So much is taken from the heap on the word of the peer alone. */
    private static final int TRUSTED_BYTES = 64 << 10;

    private final InputStream in;
    private long readBytes;
    private final byte[] number = new byte[Long.BYTES];

    FrameInput(InputStream in) {
        this.in = in;
    }

    /** How many bytes were read since the beginning. */
    long readBytes() {
        return readBytes;
    }

    int readByte() throws IOException {
        int one = in.read();
        if (one < 0) {
            throw new EOFException("the stream ended");
        }
        readBytes++;
        return one;
    }

    long readLong() throws IOException {
        checkWhole(in.readNBytes(number, 0, Long.BYTES), Long.BYTES);
        long value = 0;
        for (byte one : number) {
            value = value << Byte.SIZE | one & 0xff;
        }
        return value;
    }

    /**
     * A length and that many bytes.
     *
     * @param most longest that is accepted
     * @throws FrameTooLongException it says more
     */
    byte[] readSized(long most) throws IOException {
        long length = readLong();
        if (Long.compareUnsigned(length, most) > 0) {
            throw new FrameTooLongException(length, most);
        }
        int size = Math.toIntExact(length);
        byte[] bytes;
        if (size <= TRUSTED_BYTES) {
            bytes = new byte[size];
            checkWhole(in.readNBytes(bytes, 0, size), size);
        } else {
            // Grows as bytes come.
            bytes = in.readNBytes(size);
            checkWhole(bytes.length, size);
        }
        return bytes;
    }

    private void checkWhole(int read, int wanted) throws EOFException {
        readBytes += read;
        if (read < wanted) {
            throw new EOFException("the stream ended after " + read + " of " + wanted + " bytes");
        }
    }
}
