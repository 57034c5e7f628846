package io.tenon.listener;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Refuses a message that is larger than the limit with etcd's words. gRPC refuses it too, but its text is its own and no interceptor
 * sees it, so the length before each message is read here, ahead of gRPC. A message that lies whole in one frame leaves no state behind.
 */
final class MessageSizeGuard extends Http2FrameListenerDecorator {
    private static final int PREFIX_BYTES = 5;
    private static final int LENGTH_OFFSET = 1;

    private final Http2ConnectionHandler handler;
    private final Http2Connection.PropertyKey position;
    private final int maxMessageBytes;

    private MessageSizeGuard(Http2ConnectionHandler handler, Http2FrameListener listener, int maxMessageBytes) {
        super(listener);
        this.handler = handler;
        this.position = handler.connection().newKey();
        this.maxMessageBytes = maxMessageBytes;
    }

    static void install(Http2ConnectionHandler handler, int maxMessageBytes) {
        var decoder = handler.decoder();
        decoder.frameListener(new MessageSizeGuard(handler, decoder.frameListener(), maxMessageBytes));
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
            throws Http2Exception {
        Http2Stream stream = handler.connection().stream(streamId);
        if (stream == null) {
            return super.onDataRead(ctx, streamId, data, padding, endOfStream);
        }
        Position state = stream.getProperty(position);
        if (state == null) {
            if (isOneMessage(data)) {
                return super.onDataRead(ctx, streamId, data, padding, endOfStream);
            }
            state = new Position();
        }
        long tooLarge = state.pass(data, maxMessageBytes);
        if (tooLarge >= 0) {
            refuse(ctx, stream, tooLarge);
            return data.readableBytes() + padding;
        }
        if (!state.betweenMessages()) {
            stream.setProperty(position, state);
        }
        return super.onDataRead(ctx, streamId, data, padding, endOfStream);
    }

    private boolean isOneMessage(ByteBuf data) {
        int bytes = data.readableBytes() - PREFIX_BYTES;
        return bytes >= 0 && bytes <= maxMessageBytes && data.getUnsignedInt(data.readerIndex() + LENGTH_OFFSET) == bytes;
    }

    /** The call ends for gRPC as if the client had reset it, and for the client with a status. */
    private void refuse(ChannelHandlerContext ctx, Http2Stream stream, long bytes) throws Http2Exception {
        Http2Headers trailers = new DefaultHttp2Headers();
        if (!stream.isHeadersSent()) {
            trailers.status("200").set("content-type", "application/grpc");
        }
        trailers.set("grpc-status", Integer.toString(Status.Code.RESOURCE_EXHAUSTED.value()));
        trailers.set("grpc-message", "grpc: received message larger than max (" + bytes + " vs. " + maxMessageBytes + ")");
        handler.encoder().writeHeaders(ctx, stream.id(), trailers, 0, true, ctx.newPromise());
        super.onRstStreamRead(ctx, stream.id(), Http2Error.CANCEL.code());
        handler.resetStream(ctx, stream.id(), Http2Error.NO_ERROR.code(), ctx.newPromise());
        ctx.flush();
    }

    /** Where a stream stands between its messages. Owned by the event loop of the connection. */
    private static final class Position {
        private long remainingBytes;
        private int prefixBytes;
        private long length;

        boolean betweenMessages() {
            return remainingBytes == 0 && prefixBytes == 0;
        }

        /** Steps over a frame; returns the size of a message that is too large, or -1. */
        long pass(ByteBuf data, int maxMessageBytes) {
            int at = data.readerIndex();
            while (at < data.writerIndex()) {
                if (remainingBytes > 0) {
                    long step = Math.min(remainingBytes, data.writerIndex() - at);
                    remainingBytes -= step;
                    at += (int) step;
                    continue;
                }
                if (prefixBytes >= LENGTH_OFFSET) {
                    length = length << Byte.SIZE | data.getUnsignedByte(at);
                }
                at++;
                if (++prefixBytes == PREFIX_BYTES) {
                    if (length > maxMessageBytes) {
                        return length;
                    }
                    remainingBytes = length;
                    prefixBytes = 0;
                    length = 0;
                }
            }
            return -1;
        }
    }
}
