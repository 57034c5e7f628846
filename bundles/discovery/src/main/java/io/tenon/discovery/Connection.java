package io.tenon.discovery;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.tenon.api.config.DiscoveryChoice.Endpoint;
import io.tenon.api.config.DiscoveryChoice.Times;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One connection to one endpoint. It looks its host up when it is made, so one that was lost is made anew. */
final class Connection implements AutoCloseable {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;
    private final Times times;

    /** @param tls empty for a connection in the clear */
    Connection(Endpoint endpoint, Times times, Optional<SslContext> tls, EventLoopGroup loop) {
        this.times = times;
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(new InetSocketAddress(endpoint.host(), endpoint.port()))
                .overrideAuthority(endpoint.toString()).eventLoopGroup(loop).channelType(NioSocketChannel.class).directExecutor()
                .offloadExecutor(Runnable::run)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(Integer.MAX_VALUE, times.dial().toMillis()));
        tls.ifPresentOrElse(builder::sslContext, builder::usePlaintext);
        if (times.keepalive().isPositive() && times.keepaliveTimeout().isPositive()) {
            builder.keepAliveTime(times.keepalive().toNanos(), TimeUnit.NANOSECONDS)
                    .keepAliveTimeout(times.keepaliveTimeout().toNanos(), TimeUnit.NANOSECONDS);
        }
        channel = builder.build();
    }

    /**
     * One call, waited for.
     *
     * @param token of a login, if there was one
     * @throws io.grpc.StatusRuntimeException it failed, was not answered in time, or this thread was interrupted, and still is
     */
    <Q extends MessageLite, A extends MessageLite> A call(MethodDescriptor<Q, A> method, Q request, Optional<String> token) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(times.request().toNanos(), TimeUnit.NANOSECONDS);
        return ClientCalls.blockingUnaryCall(token.map(this::loggedIn).orElse(channel), method, options, request);
    }

    private Channel loggedIn(String token) {
        Metadata headers = new Metadata();
        headers.put(TOKEN, token);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
