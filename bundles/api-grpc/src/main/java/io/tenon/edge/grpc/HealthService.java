package io.tenon.edge.grpc;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.StatusCode;
import io.tenon.wire.health.HealthCheckRequest;
import io.tenon.wire.health.HealthCheckResponse;
import io.tenon.wire.health.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.io.InputStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code grpc.health.v1.Health}: the server as a whole is serving whenever its ports are open; no other name is known. */
@Component(service = BindableService.class)
public final class HealthService implements BindableService {
    private static final Refusal UNKNOWN_SERVICE = Refusal.of(StatusCode.NOT_FOUND, "unknown service");

    private final Calls calls;

    @Activate
    public HealthService(@Reference Calls calls) {
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new Service(calls, "grpc.health.v1.Health")
                .unary(UnaryMethod.of("Check", HealthCheckRequest.parser(), HealthService::check))
                .serverStream("Watch", this::watch)
                .build();
    }

    private static void check(HealthCheckRequest request, CallContext context, Reply<HealthCheckResponse> reply) {
        if (request.getService().isEmpty()) {
            reply.accept(response(ServingStatus.SERVING));
        } else {
            reply.refuse(UNKNOWN_SERVICE);
        }
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    private ServerCall.Listener<InputStream> watch(ServerCall<InputStream, Outgoing> call, Metadata headers) {
        if (calls.isLearner()) {
            return Service.refused(call, calls.status(Refusals.RPC_NOT_SUPPORTED_FOR_LEARNER));
        }
        call.request(1);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(InputStream bytes) {
                try {
                    boolean whole = Incoming.parse(HealthCheckRequest.parser(), bytes).getService().isEmpty();
                    call.sendHeaders(new Metadata());
                    call.sendMessage(new MessageOut(response(whole ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN)));
                } catch (IOException e) {
                    call.close(Status.INTERNAL.withDescription("grpc: failed to unmarshal the received message: " + e.getMessage()),
                            new Metadata());
                }
            }
        };
    }
}
