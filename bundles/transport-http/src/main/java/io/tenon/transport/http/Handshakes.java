package io.tenon.transport.http;

import io.tenon.transport.http.tls.Admission;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at each connection whose handshake is over, resumed ones too, before anything is read from it. */
final class Handshakes implements SslHandshakeListener {
    private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

    private final Admission admission;

    Handshakes(Admission admission) {
        this.admission = admission;
    }

    /** Jetty goes on with a connection unless it is told by an SSLException not to, so that is what every failure of the check becomes. */
    @Override
    public void handshakeSucceeded(Event event) throws SSLException {
        try {
            check(event);
        } catch (RuntimeException unchecked) {
            LOG.warn("rejected connection on peer endpoint: it cannot be checked", unchecked);
            throw new SSLException("the connection cannot be checked: " + unchecked, unchecked);
        }
    }

    private void check(Event event) throws SSLException {
        List<X509Certificate> chain = chain(event.getSSLEngine().getSession());
        Optional<InetAddress> remote = remote(event);
        if (!chain.isEmpty() && remote.isPresent()) {
            try {
                admission.check(chain, remote.get());
            } catch (SSLException refused) {
                logRejected(event, refused);
                throw refused;
            }
        } else if (admission.certificateWanted()) {
            throw new SSLException("tls: client didn't provide a certificate");
        }
    }

    private static List<X509Certificate> chain(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    private static Optional<InetAddress> remote(Event event) {
        EndPoint endPoint = event.getEndPoint();
        return endPoint != null && endPoint.getRemoteSocketAddress() instanceof InetSocketAddress address
                ? Optional.ofNullable(address.getAddress()) : Optional.empty();
    }

    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        logRejected(event, failure);
    }

    private static void logRejected(Event event, Throwable failure) {
        LOG.warn("rejected connection on peer endpoint remote-addr={} error=\"{}\"", remote(event).map(InetAddress::getHostAddress).orElse(""),
                failure.getMessage());
    }
}
