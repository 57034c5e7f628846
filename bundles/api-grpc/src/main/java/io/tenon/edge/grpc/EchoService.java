package io.tenon.edge.grpc;

import com.google.protobuf.Empty;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code tenon.Echo}: an answer without content, to measure what a call costs before it does anything. Off unless a property asks for it. */
@Component(service = {}, immediate = true)
public final class EchoService implements BindableService {
    /** Framework property that switches the service on. */
    static final String ENABLED = "tenon.echo";

    private final Calls calls;
    private final Optional<ServiceRegistration<BindableService>> registration;

    @Activate
    public EchoService(BundleContext context, @Reference Calls calls) {
        this.calls = calls;
        this.registration = Boolean.parseBoolean(context.getProperty(ENABLED))
                ? Optional.of(context.registerService(BindableService.class, this, null))
                : Optional.empty();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return definition(calls);
    }

    static ServerServiceDefinition definition(Calls calls) {
        return new Service(calls, "tenon.Echo")
                .unary(UnaryMethod.of("Echo", Empty.parser(), (request, context, reply) -> reply.accept(Empty.getDefaultInstance())))
                .build();
    }

    @Deactivate
    void stop() {
        registration.ifPresent(ServiceRegistration::unregister);
    }
}
