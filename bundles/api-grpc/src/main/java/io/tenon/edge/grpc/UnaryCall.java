package io.tenon.edge.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tenon.api.RefusedException;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a method with one request and one answer: listener, reply and queue link in one object. Everything but {@link #accept} and
 * {@link #refuse} happens on the call's event loop.
 */
final class UnaryCall<Q extends MessageLite, A> extends ServerCall.Listener<InputStream> implements Reply<A>, Completion {
    private static final Logger LOG = LoggerFactory.getLogger(UnaryCall.class);

    private final UnaryMethod<Q, A> method;
    private final Calls calls;
    private final ServerCall<InputStream, Outgoing> call;
    private final Home home;
    private final String token;
    private Completion link;
    private boolean asked;
    private boolean ended;
    /** One of the two is set by whoever answers, before the call is handed back to its event loop. */
    private A answer;
    private Refusal refusal;

    UnaryCall(UnaryMethod<Q, A> method, Calls calls, ServerCall<InputStream, Outgoing> call, String token) {
        this.method = method;
        this.calls = calls;
        this.call = call;
        this.home = calls.home();
        this.token = token;
    }

    @Override
    public void onMessage(InputStream bytes) {
        if (ended || asked) {
            return;
        }
        Q request;
        try {
            request = Incoming.parse(method.parser(), bytes);
        } catch (InvalidProtocolBufferException e) {
            end(Status.INTERNAL.withDescription("grpc: error unmarshalling request: " + e.getMessage()));
            return;
        }
        if (calls.isLearner() && !method.learnerMayDo().test(request)) {
            end(calls.status(Refusals.RPC_NOT_SUPPORTED_FOR_LEARNER));
        } else {
            ask(request);
        }
    }

    private void ask(Q request) {
        asked = true;
        home.callBegins();
        try {
            method.action().call(request, home.context(token), this);
        } catch (RefusedException e) {
            refuse(e.refusal());
        } catch (RuntimeException e) {
            LOG.error("method={} failed", method.name(), e);
            refuse(Refusal.unknown(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void onHalfClose() {
        if (!asked && !ended) {
            end(Status.INTERNAL.withDescription("the call ended without a request"));
        }
    }

    @Override
    public void onCancel() {
        ended = true;
    }

    @Override
    public void accept(A answer) {
        this.answer = answer;
        home.complete(this);
    }

    @Override
    public void refuse(Refusal refusal) {
        this.refusal = refusal;
        home.complete(this);
    }

    /** The answer has come home. The client may have left meanwhile. */
    @Override
    public void run() {
        home.callEnds();
        if (ended) {
            return;
        }
        if (refusal != null) {
            end(calls.status(refusal));
            return;
        }
        call.sendHeaders(new Metadata());
        call.sendMessage(method.encoder().apply(answer));
        end(Status.OK);
    }

    private void end(Status status) {
        ended = true;
        call.close(status, new Metadata());
    }

    @Override
    public Completion link() {
        return link;
    }

    @Override
    public void link(Completion other) {
        link = other;
    }
}
