package io.tenon.edge.grpc;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.SnapshotResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Semaphore;

/**
 * Cuts a snapshot into messages as etcd does: pieces of 32 KiB that say how much remains, then the SHA-256 of all. Whoever writes waits while
 * the pieces before are not sent. Written by one thread; {@link #sent} and {@link #cancel} by any.
 */
final class SnapshotPieces extends OutputStream {
    static final int PIECE_BYTES = 32 << 10;
    /** Pieces between whoever reads the state and the socket. */
    static final int MOST_UNSENT = 16;

    private final String version;
    private final Sink sink;
    private final Semaphore room = new Semaphore(MOST_UNSENT);
    private final MessageDigest digest = sha256();
    private final byte[] piece = new byte[PIECE_BYTES];
    private int filled;
    private long remainingBytes;
    private volatile boolean cancelled;

    /** Where messages go. */
    @FunctionalInterface
    interface Sink {
        void send(SnapshotResponse message);
    }

    SnapshotPieces(String version, Sink sink) {
        this.version = version;
        this.sink = sink;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void begin(long sizeBytes) {
        remainingBytes = sizeBytes;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int written = 0;
        while (written < length) {
            int count = Math.min(length - written, PIECE_BYTES - filled);
            System.arraycopy(bytes, from + written, piece, filled, count);
            filled += count;
            written += count;
            if (filled == PIECE_BYTES) {
                sendPiece();
            }
        }
    }

    private void sendPiece() throws IOException {
        if (filled > 0) {
            digest.update(piece, 0, filled);
            remainingBytes -= filled;
            send(ByteString.copyFrom(piece, 0, filled));
            filled = 0;
        }
    }

    /** Everything was written: what is left goes, and the checksum. */
    void end() throws IOException {
        sendPiece();
        if (remainingBytes != 0) {
            throw new IOException("the snapshot is " + remainingBytes + " bytes shorter than announced");
        }
        send(ByteString.copyFrom(digest.digest()));
    }

    private void send(ByteString blob) throws IOException {
        awaitRoom();
        sink.send(SnapshotResponse.newBuilder().setRemainingBytes(remainingBytes).setBlob(blob).setVersion(version).build());
    }

    private void awaitRoom() throws IOException {
        try {
            room.acquire();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the node stops");
        }
        if (cancelled) {
            throw new IOException("the client has gone");
        }
    }

    /** This many pieces are on their way to the client. */
    void sent(int count) {
        room.release(count);
    }

    /** Nobody waits for the rest: the next write fails. */
    void cancel() {
        cancelled = true;
        room.release();
    }

    boolean isCancelled() {
        return cancelled;
    }
}
