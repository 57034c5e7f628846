package io.tenon.listener;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.tenon.api.Refusals;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The open client ports: one gRPC server that shares each of them with HTTP/1.1. Owns its threads; services and handlers come and go
 * while it serves.
 */
public final class ClientPorts implements AutoCloseable {
    /** How long calls that have begun may take when the ports close. */
    private static final long DRAIN_MILLIS = 1000;
    /** How long it may take to tell those that did not end. */
    private static final long GOODBYE_MILLIS = 500;
    /** Fixed: the size that tunes itself costs a ping per burst of data. */
    private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;
    private static final int MAX_METADATA_BYTES = 64 << 10;
    static final Status STOPPED = Status.UNAVAILABLE.withDescription(Refusals.SERVER_STOPPED.text());

    private final ServiceRegistry services;
    private final PortSettings settings;
    private final EventLoops loops;
    private final HttpFront http;
    private final Server server;

    /** Makes everything ready; no port is open yet. */
    public ClientPorts(PortSettings settings) {
        this(settings, new ServiceRegistry(), new HttpFront(settings.http()));
    }

    ClientPorts(PortSettings settings, ServiceRegistry services, HttpFront http) {
        this.settings = settings;
        this.services = services;
        this.http = http;
        this.loops = EventLoops.start(settings.eventLoopThreads());
        this.server = server(settings);
    }

    private Server server(PortSettings settings) {
        var port = new SharedPort(http::newHandler, settings.maxMessageBytes());
        var builder = NettyServerBuilder.forAddress(settings.addresses().getFirst(), InternalNettyServerCredentials.create(port));
        settings.addresses().stream().skip(1).forEach(builder::addListenAddress);
        var limits = settings.limits();
        return builder.bossEventLoopGroup(loops.group())
                .workerEventLoopGroup(loops.group())
                .channelType(loops.channelType())
                .directExecutor()
                .fallbackHandlerRegistry(services)
                .handshakeTimeout(settings.negotiationTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxInboundMessageSize(settings.maxMessageBytes())
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .maxConcurrentCallsPerConnection(settings.mostStreams(Runtime.getRuntime().maxMemory()))
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .permitKeepAliveTime(limits.keepaliveMinTime().toNanos(), TimeUnit.NANOSECONDS)
                .permitKeepAliveWithoutCalls(false)
                .keepAliveTime(limits.keepaliveInterval().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(limits.keepaliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .build();
    }

    /**
     * Binds every address and serves.
     *
     * @throws PortException with etcd's words when one of them cannot be had; none is open then
     */
    public void open() throws PortException {
        try {
            server.start();
        } catch (IOException e) {
            throw PortException.of(e, settings.addresses());
        }
    }

    /** The addresses that are served, with the ports the system chose. */
    public List<InetSocketAddress> addresses() {
        return server.getListenSockets().stream().map(InetSocketAddress.class::cast).toList();
    }

    /** Serves the methods of a service; those of a name that is taken wait until it goes. Any thread. */
    public void addService(BindableService service) {
        services.addService(service);
    }

    /** Ends the streams of a service and answers its methods as unknown from now on. Any thread. */
    public void removeService(BindableService service) {
        services.removeService(service, STOPPED);
    }

    /** The handlers of HTTP/1.1. */
    public HttpFront http() {
        return http;
    }

    /**
     * Tells clients to go elsewhere, lets short calls end, ends streams and then whatever is left, and joins the threads. Idempotent. A call that
     * is ended says "unavailable", which etcd's clients take elsewhere; one that is merely cut off looks cancelled to them.
     */
    @Override
    public void close() {
        server.shutdown();
        services.endStreams(STOPPED);
        http.close();
        try {
            if (!server.awaitTermination(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                services.endCalls(STOPPED);
                if (!server.awaitTermination(GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
                    server.shutdownNow().awaitTermination(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        loops.close();
    }
}
