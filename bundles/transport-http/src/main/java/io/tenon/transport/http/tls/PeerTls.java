package io.tenon.transport.http.tls;

import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** How connections between members are secured. Any thread. */
public final class PeerTls {

    private PeerTls() {
    }

    /** For members that only speak {@code http}. */
    public static PeerTls none() {
        return new PeerTls();
    }

    /** For {@code https} to others; empty without it. */
    public Optional<SSLContext> clientContext() {
        return Optional.empty();
    }

    /** Shakes hands over a connection that is open. */
    public Socket wrap(Socket socket, String host, int port) throws IOException {
        throw new SSLException("no TLS is set up between members: cannot speak to https://" + host + ":" + port);
    }
}
