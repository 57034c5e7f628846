package io.tenon.bench;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/** The connections of a run. Each channel is one TCP connection; callbacks run on its event loop. */
final class Connections implements AutoCloseable {
    private static final int LARGEST_MESSAGE_BYTES = Integer.MAX_VALUE;
    private static final long CALL_SECONDS = 60;

    private final EventLoopGroup group;
    private final List<ManagedChannel> channels = new ArrayList<>();

    Connections(LoadOptions options) {
        boolean epoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(options.threads, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        for (int at = 0; at < options.connections; at++) {
            String endpoint = options.endpoints.get(at % options.endpoints.size()).replaceFirst("^http://", "");
            int colon = endpoint.lastIndexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("endpoint " + endpoint + " is not HOST:PORT");
            }
            InetSocketAddress address = new InetSocketAddress(endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
            channels.add(NettyChannelBuilder.forAddress(address).usePlaintext().directExecutor().eventLoopGroup(group)
                    .channelType(epoll ? EpollSocketChannel.class : NioSocketChannel.class).maxInboundMessageSize(LARGEST_MESSAGE_BYTES)
                    .flowControlWindow(1 << 20).build());
        }
    }

    ManagedChannel channel(int client) {
        return channels.get(client % channels.size());
    }

    int size() {
        return channels.size();
    }

    /** One call without waiting. The callback gets the status and the message (empty when there was none). */
    static void call(ManagedChannel channel, MethodDescriptor<byte[], byte[]> method, byte[] request, BiConsumer<Status, byte[]> done) {
        ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(new Unary(done), new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    /** One call, waited for; preparation only. */
    byte[] await(MethodDescriptor<byte[], byte[]> method, byte[] request) throws Exception {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        call(channel(0), method, request, (status, message) -> {
            if (status.isOk()) {
                answer.complete(message);
            } else {
                answer.completeExceptionally(status.asRuntimeException());
            }
        });
        try {
            return answer.get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new IllegalStateException(method.getFullMethodName() + ": " + failure.getCause().getMessage(), failure);
        } catch (TimeoutException late) {
            throw new IllegalStateException(method.getFullMethodName() + ": no answer within " + CALL_SECONDS + " s", late);
        }
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private static final class Unary extends ClientCall.Listener<byte[]> {
        private static final byte[] NONE = {};
        private final BiConsumer<Status, byte[]> done;
        private byte[] message = NONE;

        Unary(BiConsumer<Status, byte[]> done) {
            this.done = done;
        }

        @Override
        public void onMessage(byte[] bytes) {
            message = bytes;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            done.accept(status, message);
        }
    }
}
