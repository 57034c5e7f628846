package io.tenon.edge.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.tenon.api.Refusal;
import java.io.InputStream;
import java.util.Optional;

/** Puts a gRPC service together from its methods. */
final class Service {
    private static final ServerCall.Listener<InputStream> NOBODY = new ServerCall.Listener<>() {
    };

    private final Calls calls;
    private final String name;
    private final ServerServiceDefinition.Builder definition;

    Service(Calls calls, String name) {
        this.calls = calls;
        this.name = name;
        this.definition = ServerServiceDefinition.builder(name);
    }

    <Q extends MessageLite, A> Service unary(UnaryMethod<Q, A> method) {
        return add(MethodType.UNARY, method.name(), (call, headers) -> {
            call.request(1);
            return new UnaryCall<>(method, calls, call, Calls.token(headers));
        });
    }

    Service stream(String method, ServerCallHandler<InputStream, Outgoing> handler) {
        return add(MethodType.BIDI_STREAMING, method, handler);
    }

    Service serverStream(String method, ServerCallHandler<InputStream, Outgoing> handler) {
        return add(MethodType.SERVER_STREAMING, method, handler);
    }

    private Service add(MethodType type, String method, ServerCallHandler<InputStream, Outgoing> handler) {
        definition.addMethod(ServerMethodDefinition.create(Methods.method(type, name, method), (call, headers) -> {
            Optional<Refusal> refusal = calls.refusal(headers);
            return refusal.isPresent() ? refused(call, calls.status(refusal.get())) : handler.startCall(call, headers);
        }));
        return this;
    }

    static ServerCall.Listener<InputStream> refused(ServerCall<InputStream, Outgoing> call, Status status) {
        call.close(status, new Metadata());
        return NOBODY;
    }

    ServerServiceDefinition build() {
        return definition.build();
    }
}
