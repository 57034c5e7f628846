package io.tenon.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * The first handler of every connection: keeps what the client sends until it tells HTTP/2 from HTTP/1.1, then makes room for the
 * handler of that protocol and gives it all. It never keeps more than the part of the preface that has matched so far.
 */
final class ProtocolSniffer extends ChannelInboundHandlerAdapter {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

    /** What follows for this connection. */
    interface Outcome {

        ChannelHandler http2();

        ChannelHandler http1(ChannelHandlerContext ctx);
    }

    private final Outcome outcome;
    private Object negotiationEvent;
    private ByteBuf seen;

    ProtocolSniffer(Outcome outcome) {
        this.outcome = outcome;
    }

    /** gRPC starts its negotiation with an event of a private type: it is kept for the handler that follows. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (negotiationEvent == null && event.getClass().getName().startsWith("io.grpc.netty.")) {
            negotiationEvent = event;
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        seen = joined(ctx, (ByteBuf) message);
        int matching = matching(seen);
        if (matching == PREFACE.length) {
            become(ctx, outcome.http2());
        } else if (matching < seen.readableBytes()) {
            leaveHttp2(ctx);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (seen != null) {
            seen.release();
            seen = null;
        }
    }

    private void leaveHttp2(ChannelHandlerContext ctx) {
        if (isMethodCharacter(seen.getByte(seen.readerIndex()))) {
            become(ctx, outcome.http1(ctx));
        } else {
            ctx.close();
        }
    }

    private void become(ChannelHandlerContext ctx, ChannelHandler next) {
        ByteBuf all = seen;
        seen = null;
        var pipeline = ctx.pipeline();
        pipeline.replace(this, null, next);
        if (negotiationEvent != null) {
            pipeline.fireUserEventTriggered(negotiationEvent);
        }
        pipeline.fireChannelRead(all);
    }

    private ByteBuf joined(ChannelHandlerContext ctx, ByteBuf more) {
        if (seen == null) {
            return more;
        }
        ByteBuf both = ctx.alloc().buffer(seen.readableBytes() + more.readableBytes()).writeBytes(seen).writeBytes(more);
        seen.release();
        more.release();
        return both;
    }

    private static int matching(ByteBuf bytes) {
        int most = Math.min(PREFACE.length, bytes.readableBytes());
        int matching = 0;
        while (matching < most && bytes.getByte(bytes.readerIndex() + matching) == PREFACE[matching]) {
            matching++;
        }
        return matching;
    }

    private static boolean isMethodCharacter(byte value) {
        return value >= 'A' && value <= 'Z' || value >= 'a' && value <= 'z';
    }
}
