package io.tenon.edge.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.util.concurrent.Future;
import io.tenon.api.RefusedException;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.lease.Leases;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * One stream of keep-alives. Several may wait for their answers at once; the answers leave in the order of the requests. Half-close ends
 * the stream after the last answer. Everything but a reply happens on the call's event loop.
 */
final class KeepAliveCall extends ServerCall.Listener<InputStream> {
    private static final int MOST_OUTSTANDING = 64;

    private final Calls calls;
    private final Leases leases;
    private final ServerCall<InputStream, Outgoing> call;
    private final Home home;
    private final String token;
    private final Queue<Answer> outstanding = new ArrayDeque<>(MOST_OUTSTANDING);
    private Optional<Future<?>> leaderGuard = Optional.empty();
    private int requestsOwed;
    private boolean headersSent;
    private boolean halfClosed;
    private boolean ended;

    private KeepAliveCall(Calls calls, Leases leases, ServerCall<InputStream, Outgoing> call, String token) {
        this.calls = calls;
        this.leases = leases;
        this.call = call;
        this.home = calls.home();
        this.token = token;
    }

    static ServerCall.Listener<InputStream> start(Calls calls, Leases leases, ServerCall<InputStream, Outgoing> call,
                                                  Metadata headers) {
        if (calls.isLearner()) {
            return Service.refused(call, calls.status(Refusals.RPC_NOT_SUPPORTED_FOR_LEARNER));
        }
        var keepAlive = new KeepAliveCall(calls, leases, call, Calls.token(headers));
        keepAlive.leaderGuard = LeaderGuard.start(calls, keepAlive.home, headers, keepAlive::end);
        call.request(MOST_OUTSTANDING);
        return keepAlive;
    }

    @Override
    public void onMessage(InputStream bytes) {
        if (ended) {
            return;
        }
        try {
            ask(Incoming.parse(LeaseKeepAliveRequest.parser(), bytes));
        } catch (InvalidProtocolBufferException e) {
            end(Status.INTERNAL.withDescription("grpc: failed to unmarshal the received message: " + e.getMessage()));
        }
    }

    private void ask(LeaseKeepAliveRequest request) {
        var answer = new Answer();
        outstanding.add(answer);
        try {
            leases.keepAlive(request, home.context(token), answer);
        } catch (RefusedException e) {
            answer.refuse(e.refusal());
        }
    }

    @Override
    public void onHalfClose() {
        halfClosed = true;
        endWhenAnswered();
    }

    @Override
    public void onReady() {
        askForMore();
    }

    @Override
    public void onCancel() {
        forget();
    }

    @Override
    public void onComplete() {
        forget();
    }

    /** Sends what is answered at the head of the queue. */
    private void sendAnswered() {
        while (!ended && !outstanding.isEmpty() && outstanding.peek().arrived) {
            send(outstanding.poll());
        }
        if (!ended) {
            askForMore();
            endWhenAnswered();
        }
    }

    private void send(Answer answer) {
        if (answer.refusal != null) {
            end(calls.status(answer.refusal));
            return;
        }
        if (!headersSent) {
            headersSent = true;
            call.sendHeaders(new Metadata());
        }
        call.sendMessage(new MessageOut(answer.response));
        requestsOwed++;
    }

    /** A client that does not read its answers may not ask on. */
    private void askForMore() {
        if (requestsOwed > 0 && call.isReady()) {
            call.request(requestsOwed);
            requestsOwed = 0;
        }
    }

    private void endWhenAnswered() {
        if (halfClosed && outstanding.isEmpty()) {
            end(Status.OK);
        }
    }

    private void end(Status status) {
        if (!ended) {
            forget();
            call.close(status, new Metadata());
        }
    }

    private void forget() {
        ended = true;
        leaderGuard.ifPresent(guard -> guard.cancel(false));
        outstanding.clear();
    }

    /** The answer to one keep-alive, in its place in the queue. */
    private final class Answer extends Completion.Linked implements Reply<LeaseKeepAliveResponse> {
        private LeaseKeepAliveResponse response;
        private Refusal refusal;
        /** Set on the event loop, after one of the two above was brought home. */
        private boolean arrived;

        @Override
        public void accept(LeaseKeepAliveResponse answer) {
            response = answer;
            home.complete(this);
        }

        @Override
        public void refuse(Refusal refusal) {
            this.refusal = refusal;
            home.complete(this);
        }

        @Override
        public void run() {
            arrived = true;
            sendAnswered();
        }
    }
}
