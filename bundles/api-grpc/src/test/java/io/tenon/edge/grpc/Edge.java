package io.tenon.edge.grpc;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.listener.ClientPorts;
import io.tenon.listener.HttpSettings;
import io.tenon.listener.PortException;
import io.tenon.listener.PortSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** All services of this bundle behind a real port, over fakes; and a real client. */
final class Edge {
    static final NodeConfig.Limits LIMITS = new NodeConfig.Limits(128, 1572864, 4294967295L, Duration.ofSeconds(5),
            Duration.ofHours(2), Duration.ofSeconds(20));

    final ExecutorService applyLoop = Executors.newSingleThreadExecutor();
    final FakeKeyValues keyValues = new FakeKeyValues(applyLoop);
    final FakeLeases leases = new FakeLeases();
    final FakeWatches watches = new FakeWatches();
    final FakeNode node = new FakeNode();
    final OwnThreads threads = new OwnThreads();
    final Calls calls;
    final List<BindableService> services;
    final ClientPorts ports;
    final ManagedChannel channel;

    Edge(int port) throws PortException {
        this(port, Compat.V3_5);
    }

    Edge(int port, Compat compat) throws PortException {
        calls = new Calls(config(compat), node, node);
        services = List.of(new KvService(calls, keyValues), new LeaseService(calls, leases), new WatchService(calls, watches),
                new ClusterService(calls, node), new MaintenanceService(calls, node, keyValues, node, threads), new HealthService(calls));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        ports = new ClientPorts(new PortSettings(List.of(address), LIMITS, 1, PortSettings.NEGOTIATION_TIMEOUT,
                new HttpSettings(HttpSettings.IDLE_TIMEOUT, Set.of("*"), Set.of("*"))));
        services.forEach(ports::addService);
        ports.open();
        var bound = ports.addresses().getFirst();
        channel = NettyChannelBuilder.forAddress(bound).usePlaintext().build();
    }

    /** A node's configuration of which the edge reads limits, election timeout and compat. */
    static NodeConfig config(Compat compat) {
        return new NodeConfig("one", Path.of("unused"), Optional.empty(), new NodeConfig.Urls(List.of(), List.of(), List.of(), List.of()),
                new NodeConfig.Bootstrap(Map.of(), NodeConfig.Bootstrap.State.NEW, "token"),
                new NodeConfig.Timing(Duration.ofMillis(10), Duration.ofMillis(100)), LIMITS,
                new NodeConfig.Storage("memory", Long.MAX_VALUE, 10, 10, Duration.ofMillis(100), 10, 0, true, 5, 5),
                new NodeConfig.Compaction(Duration.ZERO, 0, 10, Duration.ZERO),
                new NodeConfig.LeaseOptions(false, false, Duration.ofMinutes(5)), new NodeConfig.WatchOptions(Duration.ofMinutes(10)),
                compat, Map.of());
    }

    static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(MethodType type, String path, Q request, A response) {
        return MethodDescriptor.<Q, A>newBuilder().setType(type).setFullMethodName(path)
                .setRequestMarshaller(ProtoUtils.marshaller(request)).setResponseMarshaller(ProtoUtils.marshaller(response)).build();
    }

    /** Calls a method and waits for its answer. */
    @SuppressWarnings("unchecked")
    <Q extends Message, A extends Message> A call(String path, Q request, A response) {
        var method = method(MethodType.UNARY, path, (Q) request.getDefaultInstanceForType(), response);
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), request);
    }

    <Q extends Message, A extends Message> ClientCall<Q, A> stream(String path, Q request, A response) {
        return channel.newCall(method(MethodType.BIDI_STREAMING, path, request, response), CallOptions.DEFAULT);
    }

    void close() throws InterruptedException {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        ports.close();
        calls.drain();
        applyLoop.shutdown();
    }

    /** To try other clients by hand: the argument is the port. */
    public static void main(String[] arguments) throws PortException, InterruptedException {
        System.out.println(new Edge(Integer.parseInt(arguments[0])).ports.addresses());
        Thread.currentThread().join();
    }
}
