package io.tenon.listener;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads that serve the client ports: epoll where the kernel has it, NIO elsewhere. Owned by whoever made them. */
record EventLoops(EventLoopGroup group, Class<? extends ServerChannel> channelType) implements AutoCloseable {
    private static final long STOP_TIMEOUT_MILLIS = 2000;

    static EventLoops start(int threads) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        var group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("tenon-client", true), io);
        return new EventLoops(group, epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }

    /** Ends the threads and waits for them; what was handed to them is still done. */
    @Override
    public void close() {
        group.shutdownGracefully(0, STOP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * STOP_TIMEOUT_MILLIS);
    }
}
