package io.tenon.transport.http;

import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.NodeControl;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.StatusCode;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.config.UrlAddress;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.transport.http.tls.PeerTls;
import io.tenon.transport.http.tls.TlsSettings;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Small requests to peer ports. The JDK's client is made for the first of them, so a member that is alone never pays for it. */
@Component(service = {PeerCalls.class, HttpCalls.class}, immediate = true)
public final class HttpCalls implements PeerCalls, AutoCloseable {
    /** The longest answer that is read. */
    static final int MOST_ANSWER_BYTES = 64 << 20;
    private static final int THREADS = 2;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(2);
    private static final String STOPPED = "the transport is stopped";
    private static final String LOOKUP = "the name service does not answer";
    private static final Logger LOG = LoggerFactory.getLogger(HttpCalls.class);

    private final PeerTls tls;
    private final Duration connectLimit;
    private final ThreadPoolExecutor executor;
    private final Lookups lookups = new Lookups();
    private Optional<HttpClient> client = Optional.empty();
    private boolean closed;

    @Activate
    public HttpCalls(@Reference NodeConfig config, @Reference(target = Slot.TARGET) NodeControl node) {
        this(tls(config, node), connectLimit(config));
    }

    HttpCalls(PeerTls tls, Duration connectLimit) {
        this.tls = tls;
        this.connectLimit = connectLimit;
        AtomicInteger number = new AtomicInteger();
        // What comes after the end is run where it comes from: the JDK's client has to be able to finish its calls.
        executor = new ThreadPoolExecutor(THREADS, THREADS, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(),
                work -> Thread.ofPlatform().daemon().name("tenon-peer-calls-" + number.incrementAndGet()).unstarted(work),
                (work, _) -> work.run());
        executor.allowCoreThreadTimeOut(true);
    }

    /** A node that was told to be secure and cannot be ends. */
    private static PeerTls tls(NodeConfig config, NodeControl node) {
        try {
            return PeerTls.of(TlsSettings.of(config));
        } catch (IOException e) {
            node.fail(e.getMessage());
            return PeerTls.none();
        }
    }

    /** How connections to peers are secured, and from them. */
    PeerTls tls() {
        return tls;
    }

    /** As etcd dials: a second and an election timeout. */
    static Duration connectLimit(NodeConfig config) {
        return Duration.ofSeconds(1).plus(config.timing().election());
    }

    @Override
    public void call(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
        Optional<UrlAddress> address = UrlAddress.of(base);
        if (address.isEmpty() || isClosed()) {
            reply.refuse(refusal(base, request, new IOException(address.isEmpty() ? "no host and port" : STOPPED)));
        } else if (lookups.isKnown(address.get().host())) {
            send(base, request, limit, reply);
        } else {
            long begunNanos = System.nanoTime();
            lookups.find(address.get().host()).orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS).whenComplete((_, failure) -> {
                Duration left = limit.minusNanos(System.nanoTime() - begunNanos);
                if (failure == null && left.isPositive()) {
                    send(base, request, left, reply);
                } else {
                    reply.refuse(refusal(base, request, failure == null ? new TimeoutException(LOOKUP) : failure));
                }
            });
        }
    }

    private void send(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
        try {
            CompletableFuture<PeerAnswer> asked = base.getHost() == null ? direct(base, request, limit)
                    : client().sendAsync(build(base, request, limit), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES))
                            .thenApply(HttpCalls::answer);
            asked.whenComplete((answer, failure) -> {
                if (failure == null) {
                    reply.accept(answer);
                } else {
                    reply.refuse(refusal(base, request, failure));
                }
            });
        } catch (IOException | IllegalArgumentException | IllegalStateException no) {
            reply.refuse(refusal(base, request, no));
        }
    }

    private CompletableFuture<PeerAnswer> direct(URI base, PeerRequest request, Duration limit) throws IOException {
        Connector connector = new Connector(tls, connectLimit);
        Socket socket = connector.newSocket();
        var answer = new CompletableFuture<PeerAnswer>();
        try {
            lookups.execute(() -> {
                try {
                    answer.complete(new DirectCall(connector, socket).ask(base, request, limit));
                } catch (IOException | RuntimeException failure) {
                    answer.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(new IOException("too many calls are under way", full));
        }
        return answer.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS).whenComplete((_, _) -> breakOff(socket));
    }

    private static void breakOff(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection did not close cleanly", e);
        }
    }

    private static HttpRequest build(URI base, PeerRequest request, Duration limit) {
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        URI url = URI.create(base.getScheme() + "://" + base.getRawAuthority() + request.path() + query);
        byte[] body = request.body().toByteArray();
        boolean bare = body.length == 0 && !"POST".equals(request.method());
        HttpRequest.Builder builder = HttpRequest.newBuilder(url).timeout(limit).version(HttpClient.Version.HTTP_1_1)
                .method(request.method(), bare ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        request.headers().forEach(builder::header);
        return builder.build();
    }

    private static PeerAnswer answer(HttpResponse<byte[]> answer) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        answer.headers().map().forEach((name, values) -> headers.putIfAbsent(name, values.getFirst()));
        return new PeerAnswer(answer.statusCode(), headers, UnsafeByteOperations.unsafeWrap(answer.body()));
    }

    private static Refusal refusal(URI base, PeerRequest request, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        String why = cause instanceof UnknownHostException ? "no such host" + message
                : message.isEmpty() ? cause.getClass().getSimpleName() : cause.getMessage();
        return Refusal.of(StatusCode.UNAVAILABLE, request.method() + " " + base + request.path() + ": " + why);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized HttpClient client() {
        if (closed) {
            throw new IllegalStateException(STOPPED);
        }
        if (client.isEmpty()) {
            HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(connectLimit).executor(executor).proxy(HttpClient.Builder.NO_PROXY);
            tls.clientContext().ifPresent(builder::sslContext);
            client = Optional.of(builder.build());
        }
        return client.get();
    }

    /** Runs short work that leads to a call. Any thread. */
    void execute(Runnable work) {
        executor.execute(work);
    }

    /** Refuses what is under way and joins the threads. Idempotent. */
    @Deactivate
    @Override
    public void close() {
        Optional<HttpClient> last;
        synchronized (this) {
            closed = true;
            last = client;
            client = Optional.empty();
        }
        lookups.close();
        try {
            if (last.isPresent()) {
                last.get().shutdownNow();
                if (!last.get().awaitTermination(STOP)) {
                    LOG.warn("calls to peers do not end");
                }
            }
            executor.shutdown();
            if (!executor.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException hurry) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
