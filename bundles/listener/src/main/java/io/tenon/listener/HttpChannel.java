package io.tenon.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** The last handler of an HTTP/1.1 connection: carries what happens on the channel to Jetty, from the moment Jetty is there. */
final class HttpChannel extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<JettyEngine> engine;
    /** What was read before Jetty was there; at most one read, because the channel then stops reading by itself. */
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private NettyEndPoint endPoint;
    private boolean inputEnded;

    HttpChannel(CompletableFuture<JettyEngine> engine) {
        this.engine = engine;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        engine.whenComplete((jetty, failure) -> ctx.executor().execute(() -> {
            if (failure == null) {
                open(ctx, jetty);
            } else {
                ctx.close();
            }
        }));
    }

    private void open(ChannelHandlerContext ctx, JettyEngine jetty) {
        if (!ctx.channel().isActive()) {
            releaseEarly();
            return;
        }
        endPoint = jetty.open(ctx.channel());
        while (!early.isEmpty()) {
            endPoint.received(early.poll());
        }
        if (inputEnded) {
            endPoint.inputEnded();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (endPoint == null) {
            early.add((ByteBuf) message);
        } else {
            endPoint.received((ByteBuf) message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (endPoint != null && ctx.channel().isWritable()) {
            endPoint.writableAgain();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        releaseEarly();
        inputEnded();
        if (endPoint != null) {
            endPoint.writableAgain();
        }
    }

    /** A reset by the client is how connections end; the channel closes and Jetty hears of it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void inputEnded() {
        inputEnded = true;
        if (endPoint != null) {
            endPoint.inputEnded();
        }
    }

    private void releaseEarly() {
        early.forEach(ByteBuf::release);
        early.clear();
    }
}
