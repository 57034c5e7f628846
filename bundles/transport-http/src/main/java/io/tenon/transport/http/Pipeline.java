package io.tenon.transport.http;

import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerMessages;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each message as a request of its own, for as long as there is no stream. One is under way at a time, because messages keep their order. Any
 * thread.
 */
final class Pipeline {
    static final String PATH = "/raft";
    /** Messages that wait, as in etcd. */
    static final int MOST_WAITING = 64;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int DELIVERED = 204;
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final Remote to;
    private final Parts parts;
    private final MessageQueue waiting = new MessageQueue(MOST_WAITING);
    /** Taken while a request is under way. */
    private final Semaphore flight = new Semaphore(1);
    private volatile String lastFailure = "";

    Pipeline(Remote to, Parts parts) {
        this.to = to;
        this.parts = parts;
    }

    /** False when it is full: the message is not taken. */
    boolean offer(Message message) {
        return waiting.offer(message);
    }

    /** Begins to send what waits. Returns at once. */
    void wake() {
        if (!waiting.isEmpty() && flight.tryAcquire()) {
            parts.calls().execute(this::sendNext);
        }
    }

    private void sendNext() {
        Optional<Message> next = waiting.poll();
        if (next.isPresent()) {
            send(next.get());
        } else {
            flight.release();
            wake();
        }
    }

    private void send(Message message) {
        URI url = to.urls().pick();
        var request = new PeerRequest("POST", PATH, "", headers(),
                UnsafeByteOperations.unsafeWrap(PeerMessages.encode(message, parts.identity().compat())));
        parts.calls().call(url, request, LIMIT, new Reply<>() {
            @Override
            public void accept(PeerAnswer answer) {
                if (answer.status() == DELIVERED) {
                    lastFailure = "";
                    to.traffic().sent(request.body().size());
                } else {
                    failed(url, answer.status() + " " + answer.body().toStringUtf8().strip());
                }
                sendNext();
            }

            @Override
            public void refuse(Refusal refusal) {
                failed(url, refusal.text());
                sendNext();
            }
        });
    }

    private Map<String, String> headers() {
        var headers = parts.identity().requestHeaders();
        headers.put("Content-Type", "application/protobuf");
        headers.put(Headers.TENON_SNAPSHOT, Headers.CANONICAL);
        return headers;
    }

    private void failed(URI url, String reason) {
        if (!reason.equals(lastFailure)) {
            lastFailure = reason;
            LOG.info("message was not delivered member={} to={} reason=\"{}\"", parts.identity().hex(), to.hex(), reason);
        }
        to.urls().failed(url);
        to.traffic().sendFailed();
        parts.inbox().unreachable(to.id());
    }

    /** Takes back what was not sent yet and gives it to a stream, which carries all that follows. */
    void moveTo(OutgoingStream stream) {
        for (Optional<Message> next = waiting.poll(); next.isPresent(); next = waiting.poll()) {
            stream.offer(next.get());
        }
    }

    /** Waits until the request under way is answered, but not for long: what follows it would arrive before it. */
    void settle(Duration most) {
        try {
            if (flight.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
                flight.release();
                wake();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /** Drops what waits. */
    void clear() {
        waiting.clear();
    }
}
