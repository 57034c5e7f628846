package io.tenon.transport.http;

import io.tenon.api.consensus.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to one peer over the answer that it keeps open. A thread of its own encodes what waits and writes it at once, so a message takes
 * one hand-off from the raft loop to the socket. Any thread puts messages in.
 */
final class OutgoingStream {
    /** Messages that wait, as in etcd. */
    static final int MOST_WAITING = 4_096;
    /** How often the peer is told that the link is alive: three times as often as it wants to hear something. */
    static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(5_000) / 3;
    /** Messages that are written at once at most, as in etcd. */
    private static final int MOST_IN_BATCH = 2_048;
    /** Bytes after which a batch is written, so that the buffer stays small. */
    private static final int BATCH_BYTES = 256 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingStream.class);

    /**
     * What goes on around a stream.
     *
     * @param before runs on the writing thread before the first message is sent
     * @param onEnd  runs once, on the writing thread, when nothing more will be sent
     */
    record Hooks(Runnable before, End onEnd) {
    }

    /** Told of a stream that is over. */
    interface End {
        /** @param unsent whether a batch was that may not have been sent */
        void accept(OutgoingStream stream, boolean unsent);
    }

    private final String name;
    private final StreamSink sink;
    private final FrameCodec codec;
    private final Hooks hooks;
    /** Of the writing thread alone. */
    private final FrameBuffer buffer = new FrameBuffer();
    private final MessageQueue queue = new MessageQueue(MOST_WAITING);
    private final Thread writer;
    private volatile boolean closed;

    /**
     * @param name for logs and the thread: type and peer
     */
    OutgoingStream(String name, StreamSink sink, FrameCodec codec, Hooks hooks) {
        this.name = name;
        this.sink = sink;
        this.codec = codec;
        this.hooks = hooks;
        writer = Thread.ofPlatform().daemon().name("tenon-peer-to-" + name).unstarted(this::write);
    }

    void start() {
        writer.start();
    }

    /** False when it is full or over: the message is not taken. */
    boolean offer(Message message) {
        return !closed && queue.offer(message);
    }

    /** Wakes the writing thread if it sleeps; after a batch was put in. */
    void wake() {
        queue.wake();
    }

    private void write() {
        try {
            sink.write(ByteBuffer.allocate(0));
            hooks.before().run();
            LOG.info("stream to peer is up stream={}", name);
            writeMessages();
        } catch (IOException broken) {
            if (!closed) {
                LOG.info("stream to peer is down stream={} reason=\"{}\"", name, broken.getMessage());
            }
        } finally {
            closed = true;
            sink.close();
            hooks.onEnd().accept(this, buffer.sizeBytes() > 0);
        }
    }

    private void writeMessages() throws IOException {
        long beatNanos = System.nanoTime() + HEARTBEAT_NANOS;
        while (!closed) {
            boolean written = writeBatch();
            long now = System.nanoTime();
            if (now - beatNanos >= 0) {
                codec.encodeLinkHeartbeat(buffer);
                flush();
                beatNanos = now + HEARTBEAT_NANOS;
            } else if (!written) {
                queue.await(beatNanos - now);
            }
        }
    }

    /** False when nothing waited. */
    private boolean writeBatch() throws IOException {
        int batched = 0;
        for (Optional<Message> next = queue.poll(); next.isPresent(); next = queue.poll()) {
            codec.encode(next.get(), buffer);
            if (++batched >= MOST_IN_BATCH || buffer.sizeBytes() >= BATCH_BYTES) {
                break;
            }
        }
        if (batched > 0) {
            flush();
        }
        return batched > 0;
    }

    private void flush() throws IOException {
        sink.write(buffer.contents());
        buffer.clear();
    }

    /** Breaks it off; what waits is lost. Any thread, any number of times. */
    void close() {
        closed = true;
        sink.close();
        queue.wake();
    }

    /** Drops what waits, after the end and when nobody puts anything in any more; true when there was anything. */
    boolean drop() {
        return queue.clear();
    }

    /** Waits for the writing thread until then. */
    void join(Deadline deadline) {
        deadline.join(writer);
    }
}
