package io.tenon.transport.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.Objects;

/** A body that comes in chunks. Does not close what it reads from. One thread. */
final class ChunkedInput extends InputStream {
    private static final int MOST_LINE_BYTES = 1 << 10;
    private static final int HEX = 16;

    private final InputStream in;
    private long leftInChunk;
    private boolean begun;
    private boolean ended;

    ChunkedInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        if (!findChunk()) {
            return -1;
        }
        int one = in.read();
        if (one < 0) {
            throw cut();
        }
        leftInChunk--;
        return one;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (!findChunk()) {
            return -1;
        }
        int read = in.read(into, from, (int) Math.min(length, leftInChunk));
        if (read < 0) {
            throw cut();
        }
        leftInChunk -= read;
        return read;
    }

    private static EOFException cut() {
        return new EOFException("the connection was closed within a body");
    }

    /** False at the end of the body. */
    private boolean findChunk() throws IOException {
        if (leftInChunk > 0 || ended) {
            return leftInChunk > 0;
        }
        if (begun && !ResponseHead.readLine(in, MOST_LINE_BYTES).isEmpty()) {
            throw new ProtocolException("a chunk is longer than it says");
        }
        begun = true;
        leftInChunk = size(ResponseHead.readLine(in, MOST_LINE_BYTES));
        ended = leftInChunk == 0;
        return !ended;
    }

    private static long size(String line) throws ProtocolException {
        int extension = line.indexOf(';');
        String digits = (extension < 0 ? line : line.substring(0, extension)).strip();
        try {
            long size = Long.parseLong(digits, HEX);
            if (size < 0 || digits.startsWith("+")) {
                throw new ProtocolException("a chunk of size " + digits);
            }
            return size;
        } catch (NumberFormatException e) {
            throw new ProtocolException("not the size of a chunk: " + digits);
        }
    }
}
