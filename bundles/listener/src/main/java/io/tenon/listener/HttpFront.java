package io.tenon.listener;

import io.netty.channel.ChannelHandler;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 on the client ports. Jetty is made when the first client asks for it, on a thread of its own, so that it costs a node's start
 * nothing; until then the handlers are known by path alone and not even created.
 */
public final class HttpFront implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);

    private final HttpSettings settings;
    private final Map<String, Supplier<Handler>> handlers = new ConcurrentHashMap<>();
    private CompletableFuture<JettyEngine> engine;
    private boolean closed;

    HttpFront(HttpSettings settings) {
        this.settings = settings;
    }

    /**
     * Serves a path from now on; what the path already served it serves no more.
     *
     * @param path    an exact path, or a prefix that ends in {@code /*}; the longest one that matches wins
     * @param handler makes the handler when the first request comes; the front starts and stops it
     */
    public void addHandler(String path, Supplier<Handler> handler) {
        handlers.put(path, handler);
        whenStarted(jetty -> jetty.router().put(path, handler));
    }

    /** Answers a path as not found from now on, unless another handler has taken it meanwhile. */
    public void removeHandler(String path, Supplier<Handler> handler) {
        if (handlers.remove(path, handler)) {
            whenStarted(jetty -> jetty.router().remove(path));
        }
    }

    private synchronized void whenStarted(Consumer<JettyEngine> work) {
        if (engine != null) {
            engine.thenAccept(work);
        }
    }

    /** The handler of a new HTTP/1.1 connection. */
    ChannelHandler newHandler() {
        return new HttpChannel(engine());
    }

    private synchronized CompletableFuture<JettyEngine> engine() {
        if (closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("HTTP is closed"));
        }
        if (engine == null) {
            var starting = new CompletableFuture<JettyEngine>();
            engine = starting;
            Thread.ofPlatform().name("tenon-http-start").daemon().start(() -> start(starting));
        }
        return engine;
    }

    private void start(CompletableFuture<JettyEngine> starting) {
        try {
            starting.complete(JettyEngine.start(settings, Map.copyOf(handlers)));
        } catch (Exception | LinkageError e) {
            LOG.error("HTTP/1.1 cannot be served on the client ports", e);
            starting.completeExceptionally(e);
        }
    }

    /** Closes every HTTP/1.1 connection and joins Jetty's threads. Idempotent. */
    @Override
    public void close() {
        CompletableFuture<JettyEngine> last;
        synchronized (this) {
            closed = true;
            last = engine;
            engine = null;
        }
        if (last != null) {
            last.handle((jetty, failure) -> {
                if (jetty != null) {
                    jetty.close();
                }
                return null;
            }).join();
        }
    }
}
