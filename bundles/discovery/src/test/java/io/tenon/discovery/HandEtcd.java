package io.tenon.discovery;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.tenon.wire.etcdserverpb.AuthenticateResponse;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.mvccpb.KeyValue;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The services of an etcd that discovery calls, in front of a registry in memory. */
final class HandEtcd implements AutoCloseable {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private final HandRegistry rows = new HandRegistry();
    private final Deque<Status> refusals = new ArrayDeque<>();
    private final List<String> tokens = new ArrayList<>();
    private final List<String> logins = new ArrayList<>();
    private Server server;

    static HandEtcd start(int port) throws IOException {
        HandEtcd etcd = new HandEtcd();
        etcd.serve(builder(port));
        return etcd;
    }

    static HandEtcd startTls(File certificate, File key) throws IOException {
        HandEtcd etcd = new HandEtcd();
        etcd.serve(builder(0).useTransportSecurity(certificate, key));
        return etcd;
    }

    private static NettyServerBuilder builder(int port) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private void serve(NettyServerBuilder builder) throws IOException {
        ServerServiceDefinition kv = ServerServiceDefinition.builder("etcdserverpb.KV")
                .addMethod(Rpc.RANGE, answering(Rpc.RANGE, this::range))
                .addMethod(Rpc.PUT, answering(Rpc.PUT, request -> {
                    rows.put(request.getKey().toStringUtf8(), request.getValue().toStringUtf8());
                    return PutResponse.getDefaultInstance();
                })).build();
        ServerServiceDefinition auth = ServerServiceDefinition.builder("etcdserverpb.Auth")
                .addMethod(Rpc.AUTHENTICATE, answering(Rpc.AUTHENTICATE, request -> {
                    logins.add(request.getName() + ":" + request.getPassword());
                    return AuthenticateResponse.newBuilder().setToken("token-" + logins.size()).build();
                })).build();
        server = builder.addService(ServerInterceptors.intercept(kv, new Listening())).addService(auth).directExecutor().build().start();
    }

    private final class Listening implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Optional.ofNullable(headers.get(TOKEN)).ifPresent(tokens::add);
            return next.startCall(call, headers);
        }
    }

    private <Q extends MessageLite, A extends MessageLite> ServerCallHandler<Q, A> answering(MethodDescriptor<Q, A> method, Function<Q, A> answer) {
        return ServerCalls.asyncUnaryCall((request, reply) -> {
            Status refusal = refusals.poll();
            if (refusal != null) {
                reply.onError(refusal.asRuntimeException());
                return;
            }
            reply.onNext(answer.apply(request));
            reply.onCompleted();
        });
    }

    private RangeResponse range(RangeRequest request) {
        RangeResponse.Builder response = RangeResponse.newBuilder();
        String key = request.getKey().toStringUtf8();
        String end = request.getRangeEnd().toStringUtf8();
        rows.list("").stream().filter(row -> end.isEmpty() ? row.key().equals(key) : row.key().compareTo(key) >= 0 && row.key().compareTo(end) < 0)
                .forEach(row -> response.addKvs(KeyValue.newBuilder().setKey(ByteString.copyFromUtf8(row.key()))
                        .setValue(ByteString.copyFromUtf8(row.value())).setCreateRevision(row.createRevision())));
        return response.build();
    }

    HandRegistry rows() {
        return rows;
    }

    /** The next calls are answered with these. */
    void refuse(Status... next) {
        refusals.addAll(List.of(next));
    }

    List<String> tokens() {
        return tokens;
    }

    List<String> logins() {
        return logins;
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }
}
