package io.tenon.listener;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.tenon.api.NodeControl;
import io.tenon.api.Slot;
import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.config.NodeConfig;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client ports as a component. A thread makes them ready while the node boots and opens them when the kernel says who this node is,
 * which it does once the node has applied what was committed.
 */
@Component(service = {}, immediate = true)
public final class Listener {
    /** Framework property: number of event-loop threads. */
    static final String THREADS = "tenon.listener.threads";
    /** Service property of an HTTP handler: an exact path, or a prefix that ends in a slash and a star. */
    static final String HTTP_PATH = "tenon.http.path";
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private final BundleContext context;
    private final NodeConfig config;
    private final NodeControl node;
    private final ServiceRegistry services = new ServiceRegistry();
    private final HttpFront http;
    private final Map<ServiceReference<?>, Supplier<Handler>> handlers = new ConcurrentHashMap<>();
    private final CountDownLatch served = new CountDownLatch(1);
    private final Thread opener;
    private volatile boolean stopping;
    /** Written by the opener alone, read after it was joined. */
    private ClientPorts ports;

    @Activate
    public Listener(BundleContext context, @Reference NodeConfig config, @Reference(target = Slot.TARGET) NodeControl node) {
        this.context = context;
        this.config = config;
        this.node = node;
        this.http = new HttpFront(Ports.http(config));
        this.opener = Thread.ofPlatform().name("tenon-client-open").daemon().unstarted(this::open);
    }

    @Activate
    void start() {
        opener.start();
    }

    private void open() {
        try {
            ports = new ClientPorts(Ports.settings(config, threads()), services, http);
            served.await();
            if (!stopping) {
                ports.open();
                LOG.info("ready to serve client requests");
                ports.addresses().forEach(Listener::logServing);
            }
        } catch (PortException e) {
            node.fail(e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("the client ports cannot be opened", e);
            node.fail("the client ports cannot be opened: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void logServing(InetSocketAddress address) {
        LOG.atInfo().addKeyValue("traffic", "grpc+http").addKeyValue("address", Ports.text(address))
                .log("serving client traffic insecurely; this is strongly discouraged!");
    }

    private int threads() {
        String given = context.getProperty(THREADS);
        return given == null ? PortSettings.defaultThreads(Runtime.getRuntime().availableProcessors()) : Integer.parseInt(given);
    }

    /** The node has booted. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindIdentity(NodeIdentity identity) {
        served.countDown();
    }

    /** Ports that are open stay open: a node that serves does not forget who it is. */
    void unbindIdentity(NodeIdentity identity) {
        LOG.debug("identity withdrawn");
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindService(BindableService service) {
        services.addService(service);
    }

    void unbindService(BindableService service) {
        services.removeService(service, ClientPorts.STOPPED);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindDefinition(ServerServiceDefinition definition) {
        services.addService(definition);
    }

    void unbindDefinition(ServerServiceDefinition definition) {
        services.removeService(definition, ClientPorts.STOPPED);
    }

    /** Only the reference is kept, so that neither the handler nor Jetty is there before the first request. */
    @Reference(service = Handler.class, target = "(" + HTTP_PATH + "=*)", cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void bindHandler(ServiceReference<Handler> reference) {
        Supplier<Handler> source = () -> context.getService(reference);
        handlers.put(reference, source);
        Ports.paths(reference.getProperty(HTTP_PATH)).forEach(path -> http.addHandler(path, source));
    }

    void unbindHandler(ServiceReference<Handler> reference) {
        Supplier<Handler> source = handlers.remove(reference);
        Ports.paths(reference.getProperty(HTTP_PATH)).forEach(path -> http.removeHandler(path, source));
        context.ungetService(reference);
    }

    @Deactivate
    void stop() {
        stopping = true;
        served.countDown();
        try {
            opener.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (ports != null) {
            ports.close();
        }
    }
}
