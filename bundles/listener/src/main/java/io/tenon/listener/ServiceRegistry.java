package io.tenon.listener;

import io.grpc.BindableService;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gRPC services that are there at the moment. Lookups read an immutable table; the first of two services with one name wins until it
 * goes. What is not there is answered with the words of etcd's server.
 */
final class ServiceRegistry extends HandlerRegistry {

    /**
     * @param source  the service it came from, or the definition itself
     * @param streams the open ones, which end with it
     */
    private record Entry(Object source, ServerServiceDefinition definition, CallGate streams) {
    }

    /** Everything a lookup needs, replaced as a whole. */
    private record Table(Map<String, ServerMethodDefinition<?, ?>> methods, Map<String, ServerServiceDefinition> services) {
    }

    private final List<Entry> entries = new ArrayList<>();
    /** Calls of one answer, of all services: such a call outlives its service, and ends with the ports at the latest. */
    private final CallGate single = new CallGate();
    private volatile Table table = new Table(Map.of(), Map.of());

    /** Serves the methods of a service from now on. */
    void addService(BindableService service) {
        add(new Entry(service, service.bindService(), new CallGate()));
    }

    void addService(ServerServiceDefinition definition) {
        add(new Entry(definition, definition, new CallGate()));
    }

    private synchronized void add(Entry entry) {
        entries.add(entry);
        rebuild();
    }

    /** Serves them no longer; its open streams end with this status. Calls of one answer that have begun are left to whoever answers them. */
    void removeService(Object source, Status status) {
        takeOut(source).forEach(entry -> entry.streams.endAll(status));
    }

    /** Ends the open streams of every service. */
    void endStreams(Status status) {
        List<Entry> all;
        synchronized (this) {
            all = List.copyOf(entries);
        }
        all.forEach(entry -> entry.streams.endAll(status));
    }

    /** Ends every open call, also those of services that are gone. */
    void endCalls(Status status) {
        endStreams(status);
        single.endAll(status);
    }

    private synchronized List<Entry> takeOut(Object source) {
        var gone = entries.stream().filter(entry -> entry.source == source).toList();
        entries.removeAll(gone);
        rebuild();
        return gone;
    }

    private void rebuild() {
        var methods = new HashMap<String, ServerMethodDefinition<?, ?>>();
        var services = new HashMap<String, ServerServiceDefinition>();
        for (Entry entry : entries) {
            if (services.putIfAbsent(entry.definition.getServiceDescriptor().getName(), entry.definition) == null) {
                for (ServerMethodDefinition<?, ?> method : entry.definition.getMethods()) {
                    methods.put(method.getMethodDescriptor().getFullMethodName(), gate(entry, method).guard(method));
                }
            }
        }
        table = new Table(methods, services);
    }

    private CallGate gate(Entry entry, ServerMethodDefinition<?, ?> method) {
        return method.getMethodDescriptor().getType() == MethodDescriptor.MethodType.UNARY ? single : entry.streams;
    }

    @Override
    public List<ServerServiceDefinition> getServices() {
        return List.copyOf(table.services.values());
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String methodName, String authority) {
        Table now = table;
        ServerMethodDefinition<?, ?> method = now.methods.get(methodName);
        return method != null ? method : unknown(methodName, now);
    }

    private static ServerMethodDefinition<?, ?> unknown(String methodName, Table now) {
        int slash = methodName.lastIndexOf('/');
        String text;
        if (slash < 0) {
            text = "malformed method name: \"/" + methodName + "\"";
        } else {
            String service = methodName.substring(0, slash);
            text = now.services.containsKey(service)
                    ? "unknown method " + methodName.substring(slash + 1) + " for service " + service
                    : "unknown service " + service;
        }
        return refusing(methodName, Status.UNIMPLEMENTED.withDescription(text));
    }

    private static ServerMethodDefinition<?, ?> refusing(String methodName, Status status) {
        var descriptor = MethodDescriptor.<InputStream, InputStream>newBuilder()
                .setType(MethodDescriptor.MethodType.UNKNOWN)
                .setFullMethodName(methodName)
                .setRequestMarshaller(Bytes.MARSHALLER)
                .setResponseMarshaller(Bytes.MARSHALLER)
                .build();
        return ServerMethodDefinition.create(descriptor, (call, headers) -> {
            call.close(status, new Metadata());
            return new ServerCall.Listener<>() {
            };
        });
    }

    /** A message that nobody looks into. */
    private enum Bytes implements MethodDescriptor.Marshaller<InputStream> {
        MARSHALLER;

        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    }
}
