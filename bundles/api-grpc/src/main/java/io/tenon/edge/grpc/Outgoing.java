package io.tenon.edge.grpc;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A response on its way out: gRPC asks for its length and lets it write itself into the socket's buffer, so that stored bytes are copied
 * once. It is its own stream, and serves one call.
 */
abstract class Outgoing extends InputStream implements KnownLength, Drainable {
    /** Up to here a message is put together in one array; beyond, in pieces. */
    private static final int ONE_PIECE_BYTES = 4096;

    private InputStream bytes;

    /** Length of the encoded message. */
    abstract int sizeBytes();

    abstract void writeTo(CodedOutputStream out) throws IOException;

    @Override
    public final int available() {
        return sizeBytes();
    }

    @Override
    public final int drainTo(OutputStream target) throws IOException {
        int size = sizeBytes();
        if (size <= ONE_PIECE_BYTES) {
            byte[] whole = new byte[size];
            writeTo(CodedOutputStream.newInstance(whole));
            target.write(whole, 0, size);
        } else {
            CodedOutputStream out = CodedOutputStream.newInstance(target, ONE_PIECE_BYTES);
            writeTo(out);
            out.flush();
        }
        return size;
    }

    /** For readers that cannot drain. */
    @Override
    public final int read() throws IOException {
        if (bytes == null) {
            var whole = new ByteArrayOutputStream(sizeBytes());
            drainTo(whole);
            bytes = new ByteArrayInputStream(whole.toByteArray());
        }
        return bytes.read();
    }
}
