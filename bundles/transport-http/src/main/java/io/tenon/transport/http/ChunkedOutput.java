package io.tenon.transport.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A body that is sent in chunks. {@link #finish} ends it; closing does not, so a body that breaks off is seen as broken off. One thread. */
final class ChunkedOutput extends OutputStream {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final OutputStream out;
    private final Runnable progress;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int size;

    /** @param progress called after each chunk that was handed to the system */
    ChunkedOutput(OutputStream out, Runnable progress) {
        this.out = out;
        this.progress = progress;
    }

    @Override
    public void write(int one) throws IOException {
        if (size == CHUNK_BYTES) {
            writeChunk();
        }
        chunk[size++] = (byte) one;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        int at = from;
        while (at < from + length) {
            if (size == CHUNK_BYTES) {
                writeChunk();
            }
            int part = Math.min(CHUNK_BYTES - size, from + length - at);
            System.arraycopy(bytes, at, chunk, size, part);
            size += part;
            at += part;
        }
    }

    private void writeChunk() throws IOException {
        if (size > 0) {
            out.write((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(chunk, 0, size);
            out.write(LINE_END);
            size = 0;
            progress.run();
        }
    }

    @Override
    public void flush() throws IOException {
        writeChunk();
        out.flush();
    }

    /** Says that this was all. */
    void finish() throws IOException {
        writeChunk();
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
