package io.tenon.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.tenon.api.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientPortsTest {
    private static final NodeConfig.Limits LIMITS = new NodeConfig.Limits(128, 1_572_864, 4_294_967_295L, Duration.ofSeconds(5),
            Duration.ofHours(2), Duration.ofSeconds(20));
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** Calls are answered when this is complete. */
    private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    private final CompletableFuture<Void> arrived = new CompletableFuture<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private BindableService service;
    private ClientPorts ports;
    private ManagedChannel channel;

    @BeforeEach
    void openPorts() throws PortException {
        open(PortSettings.NEGOTIATION_TIMEOUT, new HttpSettings(HttpSettings.IDLE_TIMEOUT, Set.of("*"), Set.of("*")));
    }

    private void open(Duration negotiation, HttpSettings httpSettings) throws PortException {
        ports = new ClientPorts(new PortSettings(List.of(ANY_PORT), LIMITS, 1, negotiation, httpSettings));
        service = Client.service(() -> {
            if (!gate.isDone()) {
                arrived.complete(null);
            }
            return gate;
        });
        ports.addService(service);
        ports.http().addHandler("/echo", EchoHandler::new);
        ports.http().addHandler("/below/*", EchoHandler::new);
        ports.open();
        channel = NettyChannelBuilder.forAddress(address()).usePlaintext().maxInboundMessageSize(10 << 20).build();
    }

    private void reopen(Duration negotiation, HttpSettings httpSettings) throws Exception {
        close();
        open(negotiation, httpSettings);
    }

    @AfterEach
    void close() throws Exception {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        ports.close();
    }

    private InetSocketAddress address() {
        return ports.addresses().getFirst();
    }

    private HttpResponse<byte[]> post(String path, byte[] body) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + address().getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private Socket socket(String firstBytes) throws IOException {
        var socket = new Socket(address().getAddress(), address().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(firstBytes.getBytes(US_ASCII));
        return socket;
    }

    /** Answers with what it was sent. */
    private static final class EchoHandler extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            byte[] body = Content.Source.asInputStream(request).readAllBytes();
            response.write(true, ByteBuffer.wrap(body), callback);
            return true;
        }
    }

    @Test
    void bothProtocolsAreServedOnOnePort() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(new byte[] {1, 2}, Client.echo(channel, new byte[] {1, 2}));
            assertArrayEquals(new byte[] {3, 4}, post("/echo", new byte[] {3, 4}).body());
            assertArrayEquals(new byte[] {5}, post("/below/it/all", new byte[] {5}).body());
        }
    }

    @Test
    void largeBodiesPassInBothDirections() throws Exception {
        byte[] large = new byte[5 << 20];
        large[large.length - 1] = 9;
        assertArrayEquals(large, post("/echo", large).body());
    }

    @Test
    void aClientThatReadsSlowlyStillGetsAll() throws Exception {
        int size = 20 << 20;
        ports.http().addHandler("/large", () -> new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.write(true, ByteBuffer.allocate(size), callback);
                return true;
            }
        });
        try (Socket slow = socket("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            assertArrayEquals(new byte[] {1}, post("/echo", new byte[] {1}).body(), "others are served meanwhile");
            assertTrue(slow.getInputStream().readAllBytes().length > size);
        }
    }

    @Test
    void aClientThatClosesItsSideStillGetsItsAnswer() throws Exception {
        try (Socket client = socket("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            client.shutdownOutput();
            String all = new String(client.getInputStream().readAllBytes(), US_ASCII);
            assertTrue(all.startsWith("HTTP/1.1 200 OK\r\n"), all);
        }
    }

    @Test
    void requestsOfOneConnectionAreAnsweredInOrder() throws Exception {
        String request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
        try (Socket client = socket(request + "1" + request + "2" + "GET /nope HTTP/1.0\r\n\r\n")) {
            String all = new String(client.getInputStream().readAllBytes(), US_ASCII);
            assertTrue(all.indexOf("\r\n\r\n1HTTP") < all.indexOf("\r\n\r\n2HTTP"), all);
            assertTrue(all.endsWith("404 page not found\n"), all);
        }
    }

    @Test
    void theFirstBytesMayComeOneByOne() throws Exception {
        try (Socket client = socket("P")) {
            for (char letter : "OST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nX".toCharArray()) {
                client.getOutputStream().write(letter);
                client.getOutputStream().flush();
            }
            assertTrue(new String(client.getInputStream().readAllBytes(), US_ASCII).endsWith("\r\n\r\nX"));
        }
    }

    @Test
    void whatIsNeitherProtocolIsClosedQuietly() throws Exception {
        for (String garbage : List.of("\u0016\u0003\u0001\u0000 tls hello", "\u0000\u0000\u0000", "{}")) {
            try (Socket client = socket(garbage)) {
                assertEquals(0, client.getInputStream().readAllBytes().length);
            }
        }
    }

    @Test
    void aConnectionThatShowsNoProtocolIsClosed() throws Exception {
        reopen(Duration.ofMillis(300), new HttpSettings(HttpSettings.IDLE_TIMEOUT, Set.of("*"), Set.of("*")));
        for (String start : List.of("", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
            try (Socket client = socket(start)) {
                client.getInputStream().readAllBytes();
            }
        }
        try (Socket client = socket("GET /echo HTTP/1.1\r\n")) {
            client.setSoTimeout(1000);
            assertThrows(IOException.class, () -> client.getInputStream().read(), "HTTP/1.1 has its own, longer patience");
        }
    }

    @Test
    void anIdleHttpConnectionIsClosed() throws Exception {
        reopen(PortSettings.NEGOTIATION_TIMEOUT, new HttpSettings(Duration.ofMillis(300), Set.of("*"), Set.of("*")));
        try (Socket client = socket("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")) {
            client.getInputStream().readAllBytes();
        }
    }

    @Test
    void aMessageBeyondTheLimitIsRefusedInEveryPositionOfAStream() throws Exception {
        byte[] large = new byte[2_097_153];
        var status = assertThrows(StatusRuntimeException.class, () -> Client.echo(channel, large)).getStatus();
        assertEquals("RESOURCE_EXHAUSTED: grpc: received message larger than max (2097153 vs. 2097152)",
                status.getCode() + ": " + status.getDescription());
        assertEquals(2_097_152, Client.echo(channel, new byte[2_097_152]).length);
    }

    @Test
    void hostsThatAreNotListedAreSentAway() throws Exception {
        reopen(PortSettings.NEGOTIATION_TIMEOUT, new HttpSettings(HttpSettings.IDLE_TIMEOUT, Set.of("http://good"), Set.of("127.0.0.1")));
        assertEquals(200, post("/echo", new byte[0]).statusCode());
        try (Socket client = socket("GET /echo HTTP/1.1\r\nHost: evil:80\r\nConnection: close\r\n\r\n")) {
            String all = new String(client.getInputStream().readAllBytes(), US_ASCII);
            assertTrue(all.startsWith("HTTP/1.1 421 ") && all.contains("etcd --host-whitelist \"evil\""), all);
        }
    }

    @Test
    void originsGetTheirHeadersAndOptionsAnEmptyAnswer() throws Exception {
        reopen(PortSettings.NEGOTIATION_TIMEOUT, new HttpSettings(HttpSettings.IDLE_TIMEOUT, Set.of("http://good"), Set.of("*")));
        assertTrue(options("http://good").contains("Access-Control-Allow-Origin: http://good\r\n"));
        assertFalse(options("http://bad").contains("Access-Control"));
    }

    private String options(String origin) throws IOException {
        try (Socket client = socket("OPTIONS /echo HTTP/1.1\r\nHost: x\r\nOrigin: " + origin + "\r\nConnection: close\r\n\r\n")) {
            return new String(client.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    @Test
    void aPortThatIsTakenIsRefusedWithEtcdsWords() {
        var second = new ClientPorts(new PortSettings(List.of(address()), LIMITS, 1, PortSettings.NEGOTIATION_TIMEOUT,
                new HttpSettings(HttpSettings.IDLE_TIMEOUT, Set.of("*"), Set.of("*"))));
        String message = assertThrows(PortException.class, second::open).getMessage();
        assertEquals("listen tcp 127.0.0.1:" + address().getPort() + ": bind: address already in use", message);
        second.close();
    }

    @Test
    void closingLetsShortCallsEndAndEndsStreams() throws Exception {
        var address = address();
        var answered = new CompletableFuture<Void>();
        var stream = Client.openStream(channel, answered);
        answered.get(10, TimeUnit.SECONDS);
        gate = new CompletableFuture<>();
        var call = CompletableFuture.supplyAsync(() -> Client.echo(channel, new byte[] {7}), Thread::startVirtualThread);
        arrived.get(10, TimeUnit.SECONDS);
        var closing = CompletableFuture.runAsync(ports::close, Thread::startVirtualThread);
        Status status = stream.get(10, TimeUnit.SECONDS);
        assertEquals("UNAVAILABLE: etcdserver: server stopped", status.getCode() + ": " + status.getDescription());
        gate.complete(null);
        assertArrayEquals(new byte[] {7}, call.get(10, TimeUnit.SECONDS));
        closing.get(10, TimeUnit.SECONDS);
        assertThrows(IOException.class, () -> new Socket(address.getAddress(), address.getPort()).close());
    }

    @Test
    void aCallThatNeverEndsDoesNotKeepThePortsOpen() throws Exception {
        gate = new CompletableFuture<>();
        var call = CompletableFuture.supplyAsync(() -> Client.echo(channel, new byte[] {7}), Thread::startVirtualThread);
        arrived.get(10, TimeUnit.SECONDS);
        ports.close();
        assertEquals("UNAVAILABLE: etcdserver: server stopped", failure(call));
    }

    @Test
    void aCallOfAServiceThatIsGoneIsAnsweredWhenThePortsClose() throws Exception {
        gate = new CompletableFuture<>();
        var call = CompletableFuture.supplyAsync(() -> Client.echo(channel, new byte[] {7}), Thread::startVirtualThread);
        arrived.get(10, TimeUnit.SECONDS);
        ports.removeService(service);
        ports.close();
        assertEquals("UNAVAILABLE: etcdserver: server stopped", failure(call));
        gate.complete(null);
    }

    private static String failure(CompletableFuture<byte[]> call) {
        var failed = assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
        Status status = Status.fromThrowable(failed);
        return status.getCode() + ": " + status.getDescription();
    }

    @Test
    void nothingRunsAnyMoreOnceThePortsAreClosed() throws Exception {
        post("/echo", new byte[0]);
        Client.echo(channel, new byte[0]);
        ports.close();
        var left = Thread.getAllStackTraces().entrySet().stream().filter(entry -> entry.getKey().getName().startsWith("tenon-"))
                .map(entry -> entry.getKey().getName() + List.of(entry.getValue())).toList();
        assertEquals(List.of(), left);
    }
}
