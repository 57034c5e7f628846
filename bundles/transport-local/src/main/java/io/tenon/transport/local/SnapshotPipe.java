package io.tenon.transport.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A snapshot on its way: one thread writes, one reads. Either side, and either member's stop, ends it by the outcome, which both streams
 * watch. Made of JDK objects, because its ends may be in different class spaces.
 *
 * @param message the encoded message
 * @param chunks  the state in pieces; an empty one is its end
 * @param outcome true when the receiver has all of it
 */
record SnapshotPipe(byte[] message, BlockingQueue<byte[]> chunks, CompletableFuture<Boolean> outcome) {
    private static final int CHUNK_BYTES = 64 << 10;
    /** So at most 1 MiB is under way. */
    private static final int MOST_CHUNKS = 16;
    /** How often a stream that waits looks whether the other side gave up. */
    private static final long LOOK_MILLIS = 50;
    /** A side that neither moves nor gives up for so long is given up. */
    static final long LONGEST_STALL_SECONDS = 120;
    /** The receiver may need that long to save what it has read. */
    private static final long LONGEST_SAVE_SECONDS = 600;

    static SnapshotPipe of(byte[] message) {
        return new SnapshotPipe(message, new ArrayBlockingQueue<>(MOST_CHUNKS), new CompletableFuture<>());
    }

    @SuppressWarnings("unchecked")
    static SnapshotPipe of(Object[] parts) {
        return new SnapshotPipe((byte[]) parts[0], (BlockingQueue<byte[]>) parts[1], (CompletableFuture<Boolean>) parts[2]);
    }

    Object[] parts() {
        return new Object[] {message, chunks, outcome};
    }

    /** Ends it for both sides; what was decided before stays. */
    void end(boolean delivered) {
        outcome.complete(delivered);
    }

    /** Tells the reader that it has all, and waits for what becomes of it. */
    boolean finish() throws IOException {
        put(new byte[0]);
        try {
            return outcome.get(LONGEST_SAVE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            throw new IOException("the receiver did not save the snapshot within " + LONGEST_SAVE_SECONDS + " s", late);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    private void put(byte[] chunk) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_STALL_SECONDS);
        try {
            do {
                checkGoesOn(until);
            } while (!chunks.offer(chunk, LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    private byte[] next() throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_STALL_SECONDS);
        try {
            byte[] chunk = chunks.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            while (chunk == null) {
                checkGoesOn(until);
                chunk = chunks.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return chunk;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    private void checkGoesOn(long untilNanos) throws IOException {
        if (outcome.isDone()) {
            throw new IOException("the other side gave the snapshot up, or a member stopped");
        }
        if (System.nanoTime() - untilNanos > 0) {
            throw new IOException("the snapshot stands still for " + LONGEST_STALL_SECONDS + " s");
        }
    }

    /** Where the sender writes the state. Closing it does not finish it: {@link #finish} does. */
    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                put(new byte[] {(byte) one});
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                Objects.checkFromIndexSize(from, length, bytes.length);
                for (int at = from; at < from + length; at += CHUNK_BYTES) {
                    put(Arrays.copyOfRange(bytes, at, Math.min(at + CHUNK_BYTES, from + length)));
                }
            }
        };
    }

    /** Where the receiver reads the state: to its end, or an exception when it broke off. */
    InputStream input() {
        return new InputStream() {
            private byte[] current = new byte[0];
            private int at;
            private boolean ended;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                Objects.checkFromIndexSize(from, length, into.length);
                if (length == 0) {
                    return 0;
                }
                if (at == current.length && !ended) {
                    current = next();
                    at = 0;
                    ended = current.length == 0;
                }
                if (ended) {
                    return -1;
                }
                int read = Math.min(length, current.length - at);
                System.arraycopy(current, at, into, from, read);
                at += read;
                return read;
            }
        };
    }
}
