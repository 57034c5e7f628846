package io.tenon.listener;

import io.netty.channel.Channel;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;

/** Jetty's view of the client ports: it accepts nothing by itself, connections are given to it. */
final class NettyConnector extends AbstractConnector {

    NettyConnector(Server server, HttpConnectionFactory http) {
        super(server, null, null, null, 0, http);
    }

    /** Lets Jetty speak HTTP/1.1 on a channel. The caller gives the end point what the channel reads. */
    NettyEndPoint open(Channel channel) {
        var endPoint = new NettyEndPoint(channel, this);
        endPoint.setIdleTimeout(getIdleTimeout());
        Connection connection = getDefaultConnectionFactory().newConnection(this, endPoint);
        endPoint.setConnection(connection);
        onEndPointOpened(endPoint);
        endPoint.onOpen();
        connection.onOpen();
        return endPoint;
    }

    void closed(EndPoint endPoint) {
        onEndPointClosed(endPoint);
    }

    @Override
    protected void accept(int acceptor) {
        throw new UnsupportedOperationException("connections are given to this connector");
    }

    @Override
    public Object getTransport() {
        return null;
    }
}
