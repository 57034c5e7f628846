package io.tenon.transport.http;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerMessages;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends snapshots, each over a connection and on a thread of its own. */
final class SnapshotSender {
    static final String PATH = "/raft/snapshot";
    /** At once, as in etcd. */
    static final int MOST_UNDER_WAY = 16;
    /** A receiver that takes no byte for so long is given up. */
    static final Duration STALL_LIMIT = Duration.ofSeconds(120);
    /** The receiver may need that long to make durable what it has read. */
    private static final Duration SAVE_LIMIT = Duration.ofSeconds(600);
    private static final int TAKEN = 204;
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);

    private final Parts parts;
    private final Workers workers = new Workers("tenon-snapshot-to-peer", MOST_UNDER_WAY);
    private final Set<Sending> underWay = ConcurrentHashMap.newKeySet();

    SnapshotSender(Parts parts) {
        this.parts = parts;
    }

    /** One snapshot on its way. */
    private static final class Sending {
        private final Socket socket;
        /** When the last bytes were handed over; nothing is written any more once it waits for the answer. */
        private volatile long progressNanos = System.nanoTime();
        private volatile boolean writing = true;

        Sending(Socket socket) {
            this.socket = socket;
        }

        void progressed() {
            progressNanos = System.nanoTime();
        }

        boolean isStalled(long nowNanos) {
            return writing && nowNanos - progressNanos > STALL_LIMIT.toNanos();
        }

        void breakOff() {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("a connection did not close cleanly", e);
            }
        }
    }

    /** Returns at once. */
    void send(OutgoingSnapshot snapshot, Optional<Peer> to) {
        if (to.isEmpty() || !begin(snapshot, to.get())) {
            snapshot.ended(SnapshotOutcome.FAILED);
        }
    }

    private boolean begin(OutgoingSnapshot snapshot, Peer to) {
        try {
            Sending sending = new Sending(parts.connector().newSocket());
            boolean begun = workers.start(() -> send(snapshot, to, sending), sending::breakOff);
            if (!begun) {
                sending.breakOff();
            }
            return begun;
        } catch (IOException e) {
            LOG.warn("a snapshot cannot be sent to={} reason=\"{}\"", Identity.hex(to.id()), e.getMessage());
            return false;
        }
    }

    private void send(OutgoingSnapshot snapshot, Peer to, Sending sending) {
        boolean delivered = false;
        String peer = Identity.hex(to.id());
        LOG.info("snapshot begins to={} index={}", peer, snapshot.message().snapshot().index());
        try {
            Form form = prepared(snapshot, to);
            connectAndStream(snapshot, to, form, sending);
            delivered = true;
            LOG.info("snapshot delivered to={} index={}", peer, snapshot.message().snapshot().index());
        } catch (IOException | RuntimeException failure) {
            LOG.warn("snapshot was not delivered to={} index={} reason=\"{}\"", peer, snapshot.message().snapshot().index(),
                    failure.getMessage());
        } finally {
            sending.breakOff();
            snapshot.ended(delivered ? SnapshotOutcome.DELIVERED : SnapshotOutcome.FAILED);
        }
    }

    /** In which form the state goes. */
    private enum Form { CANONICAL, DATABASE }

    /** Before anybody is connected, because nothing is sent meanwhile. */
    private static Form prepared(OutgoingSnapshot snapshot, Peer to) throws IOException {
        if (to.takesCanonicalSnapshots()) {
            return Form.CANONICAL;
        }
        snapshot.prepareDatabase();
        return Form.DATABASE;
    }

    private void connectAndStream(OutgoingSnapshot snapshot, Peer to, Form form, Sending sending) throws IOException {
        URI url = to.urls().pick();
        sending.progressed();
        underWay.add(sending);
        try (Connection connection = parts.connector().connect(sending.socket, url)) {
            stream(snapshot, form, connection, sending);
        } catch (IOException | RuntimeException failure) {
            to.urls().failed(url);
            throw failure;
        } finally {
            underWay.remove(sending);
        }
    }

    private void stream(OutgoingSnapshot snapshot, Form form, Connection connection, Sending sending) throws IOException {
        var headers = parts.identity().requestHeaders();
        headers.put("Content-Type", "application/octet-stream");
        if (form == Form.CANONICAL) {
            headers.put(Headers.TENON_FORM, Headers.CANONICAL);
        }
        ChunkedOutput body = connection.post(PATH, headers, sending::progressed);
        writeMessage(snapshot.message(), body);
        switch (form) {
            case CANONICAL -> snapshot.writeTo(body);
            case DATABASE -> snapshot.writeDatabaseTo(body);
        }
        body.finish();
        sending.writing = false;
        connection.readLimit(SAVE_LIMIT);
        ResponseHead head = connection.readHead();
        if (head.status() != TAKEN) {
            throw new IOException(head.status() + " " + connection.text(head));
        }
    }

    private void writeMessage(Message message, ChunkedOutput body) throws IOException {
        byte[] encoded = PeerMessages.encode(message, parts.identity().compat());
        body.write(ByteBuffer.allocate(Long.BYTES).putLong(encoded.length).array());
        body.write(encoded);
    }

    /** Gives up what stands still. Called now and then. */
    void giveUpStalled() {
        long now = System.nanoTime();
        for (Sending sending : underWay) {
            if (sending.isStalled(now)) {
                LOG.warn("a snapshot stands still and is given up");
                sending.breakOff();
            }
        }
    }

    void close(Deadline deadline) {
        workers.close(deadline);
    }
}
