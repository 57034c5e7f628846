package io.tenon.transport.http;

import io.tenon.api.consensus.Message;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a peer for its messages, again and again, and brings what comes to the inbox. The thread that reads the socket decodes and delivers, so no
 * hand-off lies between.
 */
final class IncomingStream {
    /** A peer that says nothing for so long is gone. */
    static final Duration READ_LIMIT = Duration.ofSeconds(5);
    private static final long REDIAL_MILLIS = 100;
    private static final int OK = 200;
    private static final int GONE = 410;
    private static final Logger LOG = LoggerFactory.getLogger(IncomingStream.class);

    private final StreamType type;
    private final Remote from;
    private final Parts parts;
    private final Consumer<ResponseHead> onAnswer;
    private final String name;
    private final Thread reader;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<Socket> socket = Optional.empty();
    private volatile OptionalLong upSinceNanos = OptionalLong.empty();
    private String lastFailure = "";

    /** @param onAnswer sees the answer that begins a stream */
    IncomingStream(StreamType type, Remote from, Parts parts, Consumer<ResponseHead> onAnswer) {
        this.type = type;
        this.from = from;
        this.parts = parts;
        this.onAnswer = onAnswer;
        name = type.segment() + "-" + from.hex();
        reader = Thread.ofPlatform().daemon().name("tenon-peer-from-" + name).unstarted(this::run);
    }

    void start() {
        reader.start();
    }

    /** Since when the stream stands, by {@link System#nanoTime}; empty when it does not. Any thread. */
    OptionalLong upSinceNanos() {
        return upSinceNanos;
    }

    private void run() {
        try {
            do {
                URI url = from.urls().pick();
                try {
                    receive(url);
                } catch (IOException failure) {
                    failed(url, failure);
                } catch (RuntimeException bug) {
                    // Of whoever decodes or takes messages; the peer is asked again all the same.
                    LOG.error("a message from a peer could not be taken stream={}", name, bug);
                } finally {
                    upSinceNanos = OptionalLong.empty();
                }
            } while (!closed.await(REDIAL_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(URI url, IOException failure) {
        from.urls().failed(url);
        from.traffic().receiveFailed();
        String reason = String.valueOf(failure.getMessage());
        if (!isClosed() && !reason.equals(lastFailure)) {
            lastFailure = reason;
            LOG.info("stream from peer is down stream={} url={} reason=\"{}\"", name, url, reason);
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void receive(URI url) throws IOException {
        try (Socket dialled = parts.connector().newSocket()) {
            socket = Optional.of(dialled);
            if (isClosed()) {
                return;
            }
            try (Connection connection = parts.connector().connect(dialled, url)) {
                connection.readLimit(READ_LIMIT);
                connection.get(type.path(parts.identity().hex()), parts.identity().streamHeaders(from.id()));
                ResponseHead head = connection.readHead();
                if (head.status() != OK) {
                    refused(head, connection.text(head));
                } else if (!Compatibility.carriesStreams(head.header(Headers.SERVER_VERSION))) {
                    throw new IOException("the peer is of version " + head.header(Headers.SERVER_VERSION) + " and has no such stream");
                } else {
                    read(connection, head);
                }
            }
        }
    }

    private void refused(ResponseHead head, String text) throws IOException {
        boolean ours = head.header(Headers.CLUSTER_ID).equals(parts.identity().clusterHex());
        if (head.status() == GONE && ours && !isClosed()) {
            LOG.error("a peer says that this member was removed member={} peer={}", parts.identity().hex(), from.hex());
            parts.onGone().run();
        }
        throw new IOException(head.status() + " " + text);
    }

    private void read(Connection connection, ResponseHead head) throws IOException {
        onAnswer.accept(head);
        FrameCodec codec = FrameCodec.of(type, from.id(), parts.identity().id(), parts.identity().compat());
        FrameInput in = new FrameInput(connection.body(head));
        upSinceNanos = OptionalLong.of(System.nanoTime());
        lastFailure = "";
        LOG.info("stream from peer is up stream={}", name);
        while (!isClosed()) {
            long before = in.readBytes();
            Optional<Message> message = codec.decode(in);
            from.traffic().received(in.readBytes() - before);
            if (message.isPresent() && !isClosed()) {
                // Whether the inbox takes it is its own affair: what it drops consensus repeats.
                parts.delivery().deliver(message.get());
            }
        }
    }

    /** Begins anew, with the URLs of now. Any thread. */
    void redial() {
        socket.ifPresent(IncomingStream::closeQuietly);
    }

    /** Any thread, any number of times. */
    void close() {
        closed.countDown();
        redial();
    }

    private static void closeQuietly(Socket open) {
        try {
            open.close();
        } catch (IOException e) {
            LOG.debug("a connection did not close cleanly", e);
        }
    }

    void join(Deadline deadline) {
        deadline.join(reader);
    }
}
