package io.tenon.transport.http;

import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerInbox;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes snapshots from peers, each on a thread of its own. */
final class SnapshotReceiver {
    /** At once; one is the rule. */
    static final int MOST_UNDER_WAY = 4;
    private static final int BAD_REQUEST = 400;
    private static final int FAILED = 500;
    private static final int TAKEN = 204;
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceiver.class);

    private final Delivery delivery;
    private final PeerInbox inbox;
    private final Workers workers = new Workers("tenon-snapshot-from-peer", MOST_UNDER_WAY);

    SnapshotReceiver(Parts parts) {
        delivery = parts.delivery();
        inbox = parts.inbox();
    }

    /** Answers the request when all of it was taken, or could not be. Returns at once. */
    void receive(Request request, Response response, Callback callback) {
        if (!workers.start(() -> Answers.write(take(request), response, callback), () -> { })) {
            Answers.write(PeerAnswer.text(FAILED, "failed to save KV snapshot (too many snapshots at once)"), response, callback);
        }
    }

    private PeerAnswer take(Request request) {
        try (InputStream body = Content.Source.asInputStream(request)) {
            Form form = Headers.CANONICAL.equals(request.getHeaders().get(Headers.TENON_FORM)) ? Form.CANONICAL : Form.DATABASE;
            return take(SnapshotHead.read(body), body, form);
        } catch (SnapshotHead.BadHeadException e) {
            return PeerAnswer.text(BAD_REQUEST, e.getMessage());
        } catch (IOException e) {
            return failed(e);
        }
    }

    private PeerAnswer take(Message message, InputStream body, Form form) {
        return delivery.mayPass(message) ? save(message, body, form) : PeerAnswer.text(FAILED, "error processing raft message");
    }

    private enum Form { CANONICAL, DATABASE }

    private PeerAnswer save(Message message, InputStream body, Form form) {
        String from = Identity.hex(message.from());
        LOG.info("snapshot begins from={} index={} form={}", from, message.snapshot().index(), form);
        try {
            switch (form) {
                case CANONICAL -> inbox.receiveSnapshot(message, body);
                case DATABASE -> inbox.receiveDatabase(message, body);
            }
            LOG.info("snapshot received from={} index={}", from, message.snapshot().index());
            return Answers.empty(TAKEN);
        } catch (IOException e) {
            LOG.warn("snapshot was not taken from={} index={} reason=\"{}\"", from, message.snapshot().index(), e.getMessage());
            return failed(e);
        }
    }

    private static PeerAnswer failed(IOException e) {
        return PeerAnswer.text(FAILED, "failed to save KV snapshot (" + e.getMessage() + ")");
    }

    /** After the port was closed, so that nobody waits for bytes. */
    void close(Deadline deadline) {
        workers.close(deadline);
    }
}
