package io.tenon.chaos.client;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** One connection to one member. Any thread. */
public final class Client implements AutoCloseable {
    private static final int LARGEST_MESSAGE_BYTES = 512 << 20;
    private static final long STREAM_PING_SECONDS = 5;
    private final String endpoint;
    private final ManagedChannel channel;

    /** @param endpoint HOST:PORT; connected to when it is first used */
    public Client(String endpoint) {
        this.endpoint = endpoint;
        int colon = endpoint.lastIndexOf(':');
        InetSocketAddress address = new InetSocketAddress(endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
        channel = NettyChannelBuilder.forAddress(address).usePlaintext().maxInboundMessageSize(LARGEST_MESSAGE_BYTES)
                .keepAliveTime(STREAM_PING_SECONDS * 2, TimeUnit.SECONDS).keepAliveTimeout(STREAM_PING_SECONDS, TimeUnit.SECONDS).build();
    }

    public String endpoint() {
        return endpoint;
    }

    /**
     * One call, waited for.
     *
     * @throws io.grpc.StatusRuntimeException it failed, or was not answered in time
     */
    public <Q extends MessageLite, A extends MessageLite> A call(Rpc<Q, A> rpc, Q request, long timeoutMillis) {
        try {
            return ClientCalls.blockingUnaryCall(channel, rpc.unary(), CallOptions.DEFAULT.withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS),
                    request);
        } catch (StatusRuntimeException failure) {
            if (failure.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                // Members come back soon; the channel would not look for a minute or two.
                connectNow();
            }
            throw failure;
        }
    }

    /** Opens a stream; what comes goes to the observer, on a thread of the connection. */
    public <Q extends MessageLite, A extends MessageLite> StreamObserver<Q> stream(Rpc<Q, A> rpc, StreamObserver<A> answers) {
        connectNow();
        return ClientCalls.asyncBidiStreamingCall(channel.newCall(rpc.stream(), CallOptions.DEFAULT), answers);
    }

    /** Tries to connect now, whatever pause after failures it is in. */
    public void connectNow() {
        channel.resetConnectBackoff();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
