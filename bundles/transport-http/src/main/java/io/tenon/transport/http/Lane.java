package io.tenon.transport.http;

import io.tenon.api.consensus.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * The way of messages of one kind to one peer: the stream that the peer has asked for, or single requests while there is none. They arrive in the
 * order in which they are put in.
 */
final class Lane {
    private static final Duration SETTLE = Duration.ofMillis(200);

    private final StreamType type;
    private final Remote to;
    private final Parts parts;
    private final Pipeline pipeline;
    private Optional<OutgoingStream> stream = Optional.empty();
    private boolean closed;

    Lane(StreamType type, Remote to, Parts parts) {
        this.type = type;
        this.to = to;
        this.parts = parts;
        pipeline = new Pipeline(to, parts);
    }

    /** False when there is no room: the message is not taken. Any thread; returns at once. */
    synchronized boolean offer(Message message) {
        return !closed && (stream.isPresent() ? stream.get().offer(message) : pipeline.offer(message));
    }

    /** Sends what was put in. Any thread; returns at once. */
    synchronized void wake() {
        stream.ifPresentOrElse(OutgoingStream::wake, pipeline::wake);
    }

    /** A peer has asked for the stream; the one it had is of no use to it any more. */
    synchronized void attach(StreamSink sink) {
        if (closed) {
            sink.close();
            return;
        }
        var codec = FrameCodec.of(type, parts.identity().id(), to.id(), parts.identity().compat());
        var next = new OutgoingStream(type.segment() + "-" + to.hex(), counted(sink), codec,
                new OutgoingStream.Hooks(() -> pipeline.settle(SETTLE), this::ended));
        stream.ifPresent(OutgoingStream::close);
        pipeline.moveTo(next);
        stream = Optional.of(next);
        next.start();
    }

    private void ended(OutgoingStream over, boolean unsent) {
        synchronized (this) {
            if (stream.isPresent() && stream.get() == over) {
                stream = Optional.empty();
            }
        }
        // Not before: from now on nothing is put in that nobody would miss.
        boolean waiting = over.drop();
        if (unsent || waiting) {
            to.traffic().sendFailed();
            parts.inbox().unreachable(to.id());
        }
    }

    private StreamSink counted(StreamSink sink) {
        return new StreamSink() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                int size = bytes.remaining();
                sink.write(bytes);
                to.traffic().sent(size);
            }

            @Override
            public void close() {
                sink.close();
            }
        };
    }

    /** Whether a stream carries its messages. */
    synchronized boolean isAttached() {
        return stream.isPresent();
    }

    /** Drops what waits. */
    synchronized void close() {
        closed = true;
        stream.ifPresent(OutgoingStream::close);
        pipeline.clear();
    }

    void join(Deadline deadline) {
        Optional<OutgoingStream> last;
        synchronized (this) {
            last = stream;
        }
        last.ifPresent(one -> one.join(deadline));
    }
}
