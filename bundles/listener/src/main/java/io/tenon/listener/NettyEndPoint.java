package io.tenon.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;

/**
 * A Netty channel as Jetty sees it. Netty's event loop brings what was read ({@link #received}), Jetty's threads fill from it and flush
 * to the channel. The channel reads only when Jetty wants more, and takes no more than {@link #MOST_FLUSHED_BYTES} ahead of the client, so
 * a slow client holds little memory and no thread.
 */
final class NettyEndPoint extends AbstractEndPoint {
    /** Copied to the channel at once; Netty's own high-water mark stops the next copy. */
    private static final int MOST_FLUSHED_BYTES = 64 << 10;
    /** What is left unsent when Jetty closes has this long to go out. */
    private static final long LINGER_SECONDS = 10;

    private final Channel channel;
    private final NettyConnector connector;
    /** Read and not yet filled; guarded by itself, as is {@link #inputEnded}. */
    private final Deque<ByteBuf> received = new ArrayDeque<>();
    private boolean inputEnded;

    NettyEndPoint(Channel channel, NettyConnector connector) {
        super(connector.getScheduler());
        this.channel = channel;
        this.connector = connector;
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return channel.localAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return channel.remoteAddress();
    }

    @Override
    public Object getTransport() {
        return channel;
    }

    /** Takes what the channel read. Event loop. */
    void received(ByteBuf bytes) {
        synchronized (received) {
            if (inputEnded) {
                bytes.release();
                return;
            }
            received.add(bytes);
        }
        wakeReader();
    }

    /** The client sends no more. Event loop. */
    void inputEnded() {
        synchronized (received) {
            inputEnded = true;
        }
        wakeReader();
    }

    /** The channel can take more, or never will again. Event loop. */
    void writableAgain() {
        if (isOpen()) {
            connector.getExecutor().execute(getWriteFlusher()::completeWrite);
        }
    }

    private void wakeReader() {
        if (isOpen() && getFillInterest().isInterested()) {
            connector.getExecutor().execute(getFillInterest()::fillable);
        }
    }

    @Override
    protected void needsFillInterest() {
        boolean something;
        synchronized (received) {
            something = inputEnded || !received.isEmpty();
        }
        if (something) {
            wakeReader();
        } else {
            channel.eventLoop().execute(this::readMore);
        }
    }

    /** Event loop. A read after the end of the input is an error to Netty, which closes the channel with the answer still unsent. */
    private void readMore() {
        boolean more;
        synchronized (received) {
            more = !inputEnded;
        }
        if (more) {
            channel.read();
        }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (isInputShutdown()) {
            return -1;
        }
        int filled = take(buffer);
        if (filled > 0) {
            notIdle();
        } else if (filled < 0) {
            shutdownInput();
        }
        return filled;
    }

    private int take(ByteBuffer buffer) {
        int position = BufferUtil.flipToFill(buffer);
        int before = buffer.remaining();
        try {
            synchronized (received) {
                while (buffer.hasRemaining() && !received.isEmpty()) {
                    takeFrom(received.peek(), buffer);
                }
                return before == buffer.remaining() && inputEnded ? -1 : before - buffer.remaining();
            }
        } finally {
            BufferUtil.flipToFlush(buffer, position);
        }
    }

    private void takeFrom(ByteBuf first, ByteBuffer buffer) {
        int count = Math.min(first.readableBytes(), buffer.remaining());
        int limit = buffer.limit();
        buffer.limit(buffer.position() + count);
        first.readBytes(buffer);
        buffer.limit(limit);
        if (!first.isReadable()) {
            received.poll().release();
        }
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        if (isOutputShutdown() || !channel.isActive()) {
            throw new EofException("the client has closed the connection");
        }
        long remaining = BufferUtil.remaining(buffers);
        if (remaining == 0) {
            return true;
        }
        if (!channel.isWritable()) {
            return false;
        }
        int count = (int) Math.min(remaining, MOST_FLUSHED_BYTES);
        channel.writeAndFlush(copy(count, buffers)).addListener(this::onWritten);
        notIdle();
        return count == remaining;
    }

    private ByteBuf copy(int count, ByteBuffer... buffers) {
        ByteBuf copy = channel.alloc().buffer(count);
        for (ByteBuffer buffer : buffers) {
            int step = Math.min(buffer.remaining(), count - copy.readableBytes());
            int limit = buffer.limit();
            buffer.limit(buffer.position() + step);
            copy.writeBytes(buffer);
            buffer.limit(limit);
        }
        return copy;
    }

    private void onWritten(io.netty.util.concurrent.Future<? super Void> write) {
        if (!write.isSuccess()) {
            connector.getExecutor().execute(() -> close(write.cause()));
        }
    }

    /** The channel may have become writable between the flush and this call, so it is asked again on its own thread. */
    @Override
    protected void onIncompleteFlush() {
        channel.eventLoop().execute(() -> {
            if (channel.isWritable() || !channel.isActive()) {
                writableAgain();
            }
        });
    }

    @Override
    protected void doShutdownOutput() {
        afterWrites().addListener(done -> ((DuplexChannel) channel).shutdownOutput());
    }

    @Override
    protected void doClose() {
        synchronized (received) {
            inputEnded = true;
            received.forEach(ByteBuf::release);
            received.clear();
        }
        if (!channel.isActive()) {
            return;
        }
        var force = channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        afterWrites().addListener(done -> {
            force.cancel(false);
            channel.close();
        });
    }

    private ChannelFuture afterWrites() {
        return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void onClose(Throwable failure) {
        var connection = getConnection();
        if (connection != null) {
            connection.onClose(failure);
        }
        connector.closed(this);
        super.onClose(failure);
    }
}
