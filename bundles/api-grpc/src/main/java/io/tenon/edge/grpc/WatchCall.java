package io.tenon.edge.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.util.concurrent.Future;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.RefusedException;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.api.watch.WatchStream;
import io.tenon.api.watch.Watches;
import io.tenon.wire.etcdserverpb.WatchRequest;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One watch stream. Requests and everything on the gRPC call happen on the call's event loop; responses come from the watch engine's
 * thread and are brought home first. The client's half-close does not end the stream, as in etcd.
 *
 * <p>Back-pressure: the engine is told to stop when the transport has enough or {@link #QUEUED_LIMIT_BYTES} wait to get there. Whoever is
 * told so is owed a {@link WatchStream#writable()}; the debt is noted before the response is handed over, so that the event loop, which
 * looks at it after each response and when the transport has room again, cannot miss it. Meanwhile no further request is taken either:
 * each may cost an answer, and a client that asks and never reads must not fill the heap with them.
 */
final class WatchCall extends ServerCall.Listener<InputStream> implements WatchSink {
    private static final long QUEUED_LIMIT_BYTES = 256 << 10;
    private static final int MESSAGE_OVERHEAD_BYTES = 512 << 10;

    private final Calls calls;
    private final ServerCall<InputStream, Outgoing> call;
    private final Home home;
    private final int fragmentLimitBytes;
    private final AtomicLong queuedBytes = new AtomicLong();
    private volatile boolean transportHasRoom = true;
    private volatile boolean writableOwed;
    private WatchStream stream;
    private Optional<Future<?>> leaderGuard = Optional.empty();
    private boolean requestOwed;
    private boolean headersSent;
    private boolean ended;

    private WatchCall(Calls calls, ServerCall<InputStream, Outgoing> call) {
        this.calls = calls;
        this.call = call;
        this.home = calls.home();
        this.fragmentLimitBytes = calls.config().limits().maxRequestBytes() + MESSAGE_OVERHEAD_BYTES;
    }

    static ServerCall.Listener<InputStream> start(Calls calls, Watches watches, ServerCall<InputStream, Outgoing> call,
                                                  Metadata headers) {
        if (calls.isLearner()) {
            return Service.refused(call, calls.status(Refusals.RPC_NOT_SUPPORTED_FOR_LEARNER));
        }
        var watch = new WatchCall(calls, call);
        watch.stream = watches.open(watch.home.context(Calls.token(headers)), watch);
        watch.leaderGuard = LeaderGuard.start(calls, watch.home, headers, watch::end);
        call.request(1);
        return watch;
    }

    @Override
    public void onMessage(InputStream bytes) {
        if (ended) {
            return;
        }
        try {
            pass(Incoming.parse(WatchRequest.parser(), bytes));
            requestOwed = true;
            requestNext();
        } catch (InvalidProtocolBufferException e) {
            end(Status.INTERNAL.withDescription("grpc: failed to unmarshal the received message: " + e.getMessage()));
        } catch (RefusedException e) {
            end(calls.status(e.refusal()));
        }
    }

    /** Takes the next request if its answer has somewhere to go. */
    private void requestNext() {
        if (requestOwed && !ended && queuedBytes.get() < QUEUED_LIMIT_BYTES && (call.isReady() || !headersSent)) {
            requestOwed = false;
            call.request(1);
        }
    }

    private void pass(WatchRequest request) {
        switch (request.getRequestUnionCase()) {
            case CREATE_REQUEST -> stream.create(request.getCreateRequest());
            case CANCEL_REQUEST -> stream.cancel(request.getCancelRequest());
            case PROGRESS_REQUEST -> stream.requestProgress();
            case REQUESTUNION_NOT_SET -> { }
        }
    }

    @Override
    public boolean send(WatchReply reply) {
        var sending = new Sending(WatchOut.of(reply, fragmentLimitBytes));
        boolean room = queuedBytes.addAndGet(sending.sizeBytes) < QUEUED_LIMIT_BYTES && transportHasRoom;
        if (!room) {
            writableOwed = true;
        }
        home.complete(sending);
        return room;
    }

    @Override
    public void end(Refusal refusal) {
        home.execute(() -> end(calls.status(refusal)));
    }

    @Override
    public void onReady() {
        payDebt();
    }

    private void payDebt() {
        transportHasRoom = call.isReady();
        requestNext();
        if (writableOwed && transportHasRoom && !ended && queuedBytes.get() < QUEUED_LIMIT_BYTES) {
            writableOwed = false;
            stream.writable();
        }
    }

    /** The client has gone. */
    @Override
    public void onCancel() {
        forget();
    }

    /** The stream was ended from this side, perhaps by the client port. */
    @Override
    public void onComplete() {
        forget();
    }

    private void end(Status status) {
        if (!ended) {
            forget();
            call.close(status, new Metadata());
        }
    }

    private void forget() {
        if (!ended) {
            ended = true;
            leaderGuard.ifPresent(guard -> guard.cancel(false));
            stream.close();
        }
    }

    /** A response on its way from the engine's thread to the event loop. */
    private final class Sending extends Completion.Linked {
        private final List<WatchOut> parts;
        private final long sizeBytes;

        Sending(List<WatchOut> parts) {
            this.parts = parts;
            long size = 0;
            for (WatchOut part : parts) {
                size += part.sizeBytes();
            }
            this.sizeBytes = size;
        }

        @Override
        public void run() {
            queuedBytes.addAndGet(-sizeBytes);
            if (ended) {
                return;
            }
            if (!headersSent) {
                headersSent = true;
                call.sendHeaders(new Metadata());
            }
            for (WatchOut part : parts) {
                call.sendMessage(part);
            }
            payDebt();
        }
    }
}
