package io.tenon.edge.grpc;

import io.tenon.api.maintenance.DatabaseSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** So many bytes, each telling its place; and how far whoever writes has come. */
final class FakeSnapshot implements DatabaseSnapshot {
    final AtomicLong writtenBytes = new AtomicLong();
    final CountDownLatch closed = new CountDownLatch(1);
    volatile long failsAtBytes = Long.MAX_VALUE;
    private final long sizeBytes;

    FakeSnapshot(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    static byte at(long place) {
        return (byte) (place * 31 >> 5);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void writeTo(OutputStream stream) throws IOException {
        byte[] piece = new byte[5_000];
        for (long place = 0; place < sizeBytes; ) {
            if (place >= failsAtBytes) {
                throw new IOException("the storage engine went away");
            }
            int count = (int) Math.min(piece.length, sizeBytes - place);
            for (int i = 0; i < count; i++) {
                piece[i] = at(place + i);
            }
            stream.write(piece, 0, count);
            place += count;
            writtenBytes.set(place);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
