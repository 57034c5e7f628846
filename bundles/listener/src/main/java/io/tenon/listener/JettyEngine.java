package io.tenon.listener;

import io.netty.channel.Channel;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty without sockets of its own: it parses HTTP/1.1 and runs handlers on its threads, and Netty carries the bytes. */
record JettyEngine(Server server, NettyConnector connector, GracefulHandler requests, PathRouter router) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JettyEngine.class);
    private static final int MAX_THREADS = 16;
    private static final int THREAD_IDLE_MILLIS = 30_000;
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final long STOP_MILLIS = 1000;

    static JettyEngine start(HttpSettings settings, Map<String, Supplier<Handler>> handlers) throws Exception {
        // Its queue has no limit of its own, which Jetty insists on: a connection has no more than a read and a write in it.
        var threads = new QueuedThreadPool(MAX_THREADS, 1, THREAD_IDLE_MILLIS);
        threads.setName("tenon-http");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        var server = new Server(threads);
        var connector = new NettyConnector(server, new HttpConnectionFactory(configuration()));
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        server.addConnector(connector);
        var router = new PathRouter();
        handlers.forEach(router::put);
        var requests = new GracefulHandler(new AccessControl(settings, router));
        server.setHandler(requests);
        server.setErrorHandler(JettyEngine::answerError);
        server.start();
        return new JettyEngine(server, connector, requests, router);
    }

    private static HttpConfiguration configuration() {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
        return configuration;
    }

    /** Status and reason as plain text, as Go's server answers what it cannot parse. */
    private static boolean answerError(Request request, Response response, Callback callback) {
        String text = response.getStatus() + " " + HttpStatus.getMessage(response.getStatus());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Answers.PLAIN_TEXT);
        Response.writeError(request, response, callback, response.getStatus(), text);
        return true;
    }

    /** Begins to serve a connection; its reads and writes go through the end point. */
    NettyEndPoint open(Channel channel) {
        return connector.open(channel);
    }

    /** Requests that have begun may end, for a bounded time; then connections are closed, which Jetty's own stop would wait for. */
    @Override
    public void close() {
        try {
            requests.shutdown().get(STOP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("requests over HTTP/1.1 were cut short");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connector.getConnectedEndPoints().forEach(EndPoint::close);
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("HTTP/1.1 did not stop cleanly", e);
        }
        server.destroy();
    }
}
