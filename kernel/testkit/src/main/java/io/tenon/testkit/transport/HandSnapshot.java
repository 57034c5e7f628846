package io.tenon.testkit.transport;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.transport.OutgoingSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A snapshot to send, whole or broken, that notes how it ended. */
public final class HandSnapshot implements OutgoingSnapshot {
    private static final long WAIT_SECONDS = 60;
    private static final int PIECE_BYTES = 5_000;

    private final Message message;
    private final byte[] export;
    private final int breakAtBytes;
    private final List<SnapshotOutcome> outcomes = new ArrayList<>();
    private int writes;

    private HandSnapshot(Message message, byte[] export, int breakAtBytes) {
        this.message = message;
        this.export = export;
        this.breakAtBytes = breakAtBytes;
    }

    public static HandSnapshot whole(Message message, byte[] export) {
        return new HandSnapshot(message, export, Integer.MAX_VALUE);
    }

    /** The disk fails after so many bytes. */
    public static HandSnapshot broken(Message message, byte[] export, int afterBytes) {
        return new HandSnapshot(message, export, afterBytes);
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public long sizeBytes() {
        return export.length;
    }

    @Override
    public void writeTo(OutputStream stream) throws IOException {
        synchronized (this) {
            writes++;
        }
        for (int at = 0; at < export.length; at += PIECE_BYTES) {
            if (at >= breakAtBytes) {
                throw new IOException("the disk failed");
            }
            stream.write(export, at, Math.min(PIECE_BYTES, export.length - at));
        }
    }

    /** The same bytes: whoever carries them does not look into them. */
    @Override
    public void writeDatabaseTo(OutputStream stream) throws IOException {
        writeTo(stream);
    }

    @Override
    public synchronized void ended(SnapshotOutcome outcome) {
        outcomes.add(outcome);
        notifyAll();
    }

    /** Waits for the end, and answers all that was told of it. */
    public synchronized List<SnapshotOutcome> awaitOutcomes() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (outcomes.isEmpty()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("the snapshot did not end within " + WAIT_SECONDS + " s");
            }
            try {
                wait(20);
            } catch (InterruptedException stop) {
                throw new AssertionError(stop);
            }
        }
        return List.copyOf(outcomes);
    }

    public synchronized List<SnapshotOutcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** How often it was written; never more than once. */
    public synchronized int writes() {
        return writes;
    }
}
