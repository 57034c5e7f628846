package io.tenon.transport.http;

import io.tenon.api.config.UrlAddress;
import io.tenon.transport.http.tls.PeerTls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/** Opens connections to peers. Any thread. */
record Connector(PeerTls tls, Duration connectLimit) {
    private static final int KEEPALIVE_SECONDS = 30;
    private static final int KEEPALIVE_PROBE_SECONDS = 10;
    private static final int KEEPALIVE_PROBES = 3;

    /** A socket to give to {@link #connect}; whoever closes it breaks off whatever waits for it. */
    Socket newSocket() throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        setIfSupported(socket);
        return socket;
    }

    /** A peer whose machine is gone is noticed within a minute even where nothing is sent. */
    private static void setIfSupported(Socket socket) throws IOException {
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_PROBE_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
        }
    }

    /** Connects, and shakes hands when the URL says {@code https}. Blocks for a bounded time. */
    Connection connect(Socket socket, URI url) throws IOException {
        try {
            UrlAddress to = UrlAddress.of(url).orElseThrow(() -> new ConnectException("no host and port in " + url));
            socket.connect(new InetSocketAddress(to.host(), to.port()), Math.toIntExact(connectLimit.toMillis()));
            Socket secured = "https".equals(url.getScheme()) ? tls.wrap(socket, to.host(), to.port()) : socket;
            return new Connection(secured, url.getRawAuthority());
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
