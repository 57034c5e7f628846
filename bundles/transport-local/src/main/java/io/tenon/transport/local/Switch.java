package io.tenon.transport.local;

import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Turns the transport on when a network is named, so that a server which was not told to has none. */
@Component(service = {}, immediate = true)
public final class Switch {
    /** Framework or system property: the network that this node joins. Nodes of one JVM with the same network reach each other. */
    static final String NETWORK = "tenon.transport.local.network";

    @Activate
    public Switch(ComponentContext component) {
        if (network(component.getBundleContext()).isPresent()) {
            component.enableComponent(LocalTransport.COMPONENT);
        }
    }

    static Optional<String> network(BundleContext bundles) {
        return Optional.ofNullable(bundles.getProperty(NETWORK)).filter(name -> !name.isBlank());
    }
}
