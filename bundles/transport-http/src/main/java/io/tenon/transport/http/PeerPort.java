package io.tenon.transport.http;

import io.tenon.api.config.UrlAddress;
import io.tenon.transport.http.tls.Admission;
import io.tenon.transport.http.tls.PeerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open peer port: Jetty with a socket for each URL. Owns its threads. */
final class PeerPort implements AutoCloseable {
    /** Streams and snapshots have threads of their own; these only begin requests. */
    private static final int MOST_THREADS = 64;
    private static final int FEWEST_THREADS = 2;
    private static final int THREAD_IDLE_MILLIS = 30_000;
    private static final int MOST_HEADER_BYTES = 64 << 10;
    /** Longer than the pauses between any two things that members say to each other. */
    private static final long IDLE_MILLIS = 120_000;
    private static final List<String> REASONS =
            List.of("address already in use", "permission denied", "cannot assign requested address");
    private static final Logger LOG = LoggerFactory.getLogger(PeerPort.class);

    private final Server server;
    private final PeerTls tls;
    private final List<ServerConnector> connectors = new ArrayList<>();

    private PeerPort(Handler handler, PeerTls tls) {
        this.tls = tls;
        var threads = new QueuedThreadPool(MOST_THREADS, FEWEST_THREADS, THREAD_IDLE_MILLIS);
        threads.setName("tenon-peer-port");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        server = new Server(threads);
        server.setHandler(handler);
        server.setErrorHandler(PeerPort::answerError);
        server.setStopTimeout(0);
    }

    /**
     * Listens on every URL and serves.
     *
     * @throws PortException with etcd's words when one of them cannot be had; none is open then
     */
    static PeerPort open(List<URI> urls, Handler handler, PeerTls tls) throws PortException {
        PeerPort port = new PeerPort(handler, tls);
        try {
            for (URI url : urls) {
                port.listen(url);
            }
            port.server.start();
            return port;
        } catch (PortException e) {
            port.close();
            throw e;
        } catch (Exception e) {
            port.close();
            throw new PortException("the peer port cannot be opened: " + e.getMessage(), e);
        }
    }

    private void listen(URI url) throws PortException {
        ServerConnector connector = new ServerConnector(server, 0, 1, factories(url));
        connector.setHost(UrlAddress.host(url));
        connector.setPort(url.getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        try {
            connector.open();
        } catch (IOException e) {
            throw refused(url, e);
        }
        tls.admission().ifPresent(admission -> connector.addBean(new Handshakes(admission)));
        server.addConnector(connector);
        connectors.add(connector);
    }

    private ConnectionFactory[] factories(URI url) throws PortException {
        var http = new HttpConnectionFactory(configuration());
        if (!"https".equals(url.getScheme())) {
            return new ConnectionFactory[] {http};
        }
        Optional<SSLContext> context = tls.serverContext();
        if (context.isEmpty()) {
            throw new PortException("cannot listen on TLS for " + url.getRawAuthority() + ": KeyFile and CertFile are not presented");
        }
        var secured = new SslContextFactory.Server();
        secured.setSslContext(context.get());
        secured.setNeedClientAuth(tls.admission().filter(Admission::certificateWanted).isPresent());
        secured.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        return new ConnectionFactory[] {new SslConnectionFactory(secured, http.getProtocol()), http};
    }

    private static PortException refused(URI url, IOException failure) {
        String all = failure.getMessage() + (failure.getCause() == null ? "" : ": " + failure.getCause().getMessage());
        String reason = REASONS.stream().filter(all.toLowerCase(Locale.ROOT)::contains).findFirst().orElse(all);
        return new PortException("listen tcp " + address(url) + ": bind: " + reason, failure);
    }

    private static String address(URI url) {
        try {
            String host = InetAddress.getByName(UrlAddress.host(url)).getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + url.getPort();
        } catch (UnknownHostException e) {
            return url.getRawAuthority();
        }
    }

    private static HttpConfiguration configuration() {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MOST_HEADER_BYTES);
        return configuration;
    }

    /** Status and reason as plain text, as Go's server answers what it cannot parse. */
    private static boolean answerError(Request request, Response response, Callback callback) {
        String text = response.getStatus() + " " + HttpStatus.getMessage(response.getStatus());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Response.writeError(request, response, callback, response.getStatus(), text);
        return true;
    }

    /** Where it listens, with the ports the system chose. */
    List<InetSocketAddress> addresses() {
        return connectors.stream().map(one -> new InetSocketAddress(one.getHost(), one.getLocalPort())).toList();
    }

    /** Breaks off every connection and joins the threads. */
    @Override
    public void close() {
        connectors.forEach(ServerConnector::close);
        connectors.forEach(connector -> connector.getConnectedEndPoints().forEach(EndPoint::close));
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the peer port did not stop cleanly", e);
        }
        server.destroy();
    }
}
