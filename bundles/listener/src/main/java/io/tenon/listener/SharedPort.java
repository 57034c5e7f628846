package io.tenon.listener;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.InternalWriteBufferingAndExceptionHandlerUtils;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;
import java.util.function.Supplier;

/**
 * Lets gRPC and HTTP/1.1 share a port. gRPC's own negotiation waits until {@link ProtocolSniffer} has seen how the client begins; a
 * client that speaks HTTP/1.1 is taken away from gRPC before gRPC has written a byte.
 *
 * <p>gRPC's handshake timeout runs until the first SETTINGS frame or until the connection is taken away, so it also ends connections
 * that say nothing. This class and gRPC's internal negotiator types belong together: a test holds them to the pinned version.
 */
final class SharedPort implements InternalProtocolNegotiator.ProtocolNegotiator {
    private final InternalProtocolNegotiator.ProtocolNegotiator plaintext = InternalProtocolNegotiators.serverPlaintext();
    private final Supplier<ChannelHandler> http;
    private final int maxMessageBytes;

    /** @param http makes the handler of an HTTP/1.1 connection */
    SharedPort(Supplier<ChannelHandler> http, int maxMessageBytes) {
        this.http = http;
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public AsciiString scheme() {
        return plaintext.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        return new ProtocolSniffer(new ProtocolSniffer.Outcome() {
            @Override
            public ChannelHandler http2() {
                MessageSizeGuard.install(grpc, maxMessageBytes);
                return plaintext.newHandler(grpc);
            }

            @Override
            public ChannelHandler http1(ChannelHandlerContext ctx) {
                InternalWriteBufferingAndExceptionHandlerUtils.writeBufferingAndRemove(ctx.channel());
                grpc.notifyUnused();
                return http.get();
            }
        });
    }

    @Override
    public void close() {
        plaintext.close();
    }
}
