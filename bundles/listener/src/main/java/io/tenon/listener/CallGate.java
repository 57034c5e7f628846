package io.tenon.listener;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Knows calls that are open, so that they can be ended when their service goes, or the ports close. */
final class CallGate {
    private final Set<GatedCall<?, ?>> open = ConcurrentHashMap.newKeySet();

    <Q, A> ServerMethodDefinition<Q, A> guard(ServerMethodDefinition<Q, A> method) {
        ServerCallHandler<Q, A> handler = method.getServerCallHandler();
        return method.withServerCallHandler((call, headers) -> {
            var gated = new GatedCall<>(call, ThreadExecutorMap.currentExecutor());
            open.add(gated);
            return new GatedListener<>(gated, handler.startCall(gated, headers));
        });
    }

    /** Each call gets this status; a stream after its last complete answer. */
    void endAll(Status status) {
        for (GatedCall<?, ?> call : open) {
            call.home.execute(() -> call.close(status, new Metadata()));
        }
    }

    /** The call as its service sees it: once the gate has closed it, what the service still sends goes nowhere. Event loop alone. */
    private final class GatedCall<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
        private final Executor home;
        private volatile boolean closed;

        GatedCall(ServerCall<Q, A> call, Executor home) {
            super(call);
            this.home = home;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            if (!closed) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public void sendMessage(A message) {
            if (!closed) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!closed) {
                ended();
                super.close(status, trailers);
            }
        }

        void ended() {
            closed = true;
            open.remove(this);
        }
    }

    /** Forgets the call when the client has left it. */
    private static final class GatedListener<Q> extends ServerCall.Listener<Q> {
        private final GatedCall<Q, ?> call;
        private final ServerCall.Listener<Q> next;

        GatedListener(GatedCall<Q, ?> call, ServerCall.Listener<Q> next) {
            this.call = call;
            this.next = next;
        }

        @Override
        public void onMessage(Q message) {
            next.onMessage(message);
        }

        @Override
        public void onHalfClose() {
            next.onHalfClose();
        }

        @Override
        public void onCancel() {
            call.ended();
            next.onCancel();
        }

        @Override
        public void onComplete() {
            call.ended();
            next.onComplete();
        }

        @Override
        public void onReady() {
            next.onReady();
        }
    }
}
