package io.tenon.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not speak as clients should, on a port that goes on serving the others. */
class BadConnectionsIT {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);
    /** The server closes a silent connection after ten seconds; a busy machine may be late. */
    private static final int CLOSED_WITHIN_MILLIS = 60_000;
    private static final int SETTINGS = 4;
    private static final int HEADERS = 1;
    private static final int DATA = 0;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;

    @TempDir
    private static Path directory;
    private static TenonServer server;
    private static EtcdClient client;

    @BeforeAll
    static void start() {
        server = TenonServer.start(directory.resolve("node.etcd"));
        client = new EtcdClient(server);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @AfterEach
    void stillServes() throws Exception {
        client.assertServed();
    }

    @Test
    void bytesOfNoProtocol() throws Exception {
        Random random = new Random(7);
        for (int length : new int[] {1, 3, 24, 100, 70_000}) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            garbage[0] = (byte) 0x80;
            assertEquals("", talk(garbage), length + " bytes");
        }
        byte[] tls = {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0};
        assertEquals("", talk(tls));
    }

    @Test
    void requestsForPathsNobodyServes() throws Exception {
        assertStatus(404, talk("GET /nothing/here HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        assertStatus(404, talk("POST /v3/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"));
        assertStatus(404, talk("GET /../../etc/passwd%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 400);
        assertStatus(400, talk("GARBAGE\r\n\r\n"));
        assertStatus(400, talk("GET / HTTP/1.1\r\n\r\n"));
        assertStatus(431, talk("GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(200_000) + "\r\n\r\n"));
        assertStatus(404, talk("GET /" + "x".repeat(30_000) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 414);
    }

    @Test
    void bodyThatNeverComes() throws Exception {
        try (Socket socket = open()) {
            socket.getOutputStream().write("POST /v3/kv/put HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n{".getBytes(ISO_8859_1));
            client.assertServed();
        }
        try (Socket socket = open()) {
            socket.getOutputStream().write("POST /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n".getBytes(ISO_8859_1));
            client.assertServed();
        }
    }

    @Test
    void fiveHundredConnectionsThatSayNothing() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int number = 0; number < 500; number++) {
                silent.add(open());
            }
            client.assertServed();
            for (Socket socket : silent) {
                assertEquals(-1, readOrReset(socket.getInputStream()), "a silent connection is closed by the server");
            }
        } finally {
            closeAll(silent);
        }
    }

    @Test
    void halfAPrefaceAndHalfAHeader() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int length = 1; length < PREFACE.length; length++) {
                Socket socket = open();
                socket.getOutputStream().write(PREFACE, 0, length);
                sockets.add(socket);
            }
            Socket withoutSettings = open();
            withoutSettings.getOutputStream().write(PREFACE);
            sockets.add(withoutSettings);
            Socket slow = open();
            for (byte letter : "GET /health HT".getBytes(ISO_8859_1)) {
                slow.getOutputStream().write(letter);
                client.assertServed();
            }
            slow.getOutputStream().write("TP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
            assertStatus(200, all(slow.getInputStream()));
            slow.close();
            for (Socket socket : sockets) {
                all(socket.getInputStream());
            }
        } finally {
            closeAll(sockets);
        }
    }

    @Test
    void framesThatMakeNoSense() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 50; round++) {
            byte[] frames = new byte[2000];
            random.nextBytes(frames);
            try (Socket socket = open()) {
                socket.getOutputStream().write(concat(PREFACE, frame(SETTINGS, 0, 0, new byte[0]), frames));
                socket.shutdownOutput();
                all(socket.getInputStream());
            } catch (SocketException closedAlready) {
                assertTrue(server.isAlive());
            }
        }
    }

    @Test
    void floodsOfFrames() throws Exception {
        flood(stream -> concat(frame(HEADERS, END_HEADERS, stream, watchHeaders()), frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8})));
        flood(stream -> frame(PING, 0, 0, new byte[8]));
        flood(stream -> frame(SETTINGS, 0, 0, new byte[0]));
        flood(stream -> stream == 1 ? frame(HEADERS, 0, 1, watchHeaders()) : frame(CONTINUATION, 0, 1, new byte[] {0, 1, 'x', 1, 'y'}));
        flood(stream -> stream == 1 ? frame(HEADERS, END_HEADERS, 1, watchHeaders()) : frame(DATA, 0, 1, new byte[0]));
        flood(stream -> stream == 1 ? frame(HEADERS, END_HEADERS, 1, watchHeaders()) : frame(DATA, 0, 1, new byte[] {0, 0, 0, 0, 0}));
    }

    private interface Flood {
        byte[] frames(int stream);
    }

    /** Sends a hundred thousand of them without reading an answer, or until the server has closed the connection. */
    private static void flood(Flood flood) throws Exception {
        try (Socket socket = open()) {
            socket.setSoTimeout(2000);
            var out = socket.getOutputStream();
            out.write(concat(PREFACE, frame(SETTINGS, 0, 0, new byte[0])));
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int batch = 0; batch < 100; batch++) {
                        ByteArrayOutputStream frames = new ByteArrayOutputStream();
                        for (int number = 0; number < 1000; number++) {
                            frames.writeBytes(flood.frames(2 * (batch * 1000 + number) + 1));
                        }
                        out.write(frames.toByteArray());
                    }
                } catch (IOException closed) {
                    // The server had enough.
                }
            });
            sender.join(2000);
            client.assertServed();
        }
    }

    /** POST to the watch service, in literals without Huffman coding. */
    private static byte[] watchHeaders() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x83);
        block.write(0x86);
        literal(block, ":path", "/etcdserverpb.Watch/Watch");
        literal(block, ":authority", "localhost");
        literal(block, "content-type", "application/grpc");
        literal(block, "te", "trailers");
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(ISO_8859_1));
        block.write(value.length());
        block.writeBytes(value.getBytes(ISO_8859_1));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        byte[] head = {0, (byte) (payload.length >> 8), (byte) payload.length, (byte) type, (byte) flags, (byte) (stream >> 24),
            (byte) (stream >> 16), (byte) (stream >> 8), (byte) stream};
        return concat(head, payload);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(CLOSED_WITHIN_MILLIS);
        return socket;
    }

    private static String talk(String request) throws IOException {
        return talk(request.getBytes(ISO_8859_1));
    }

    /** Sends and answers everything that comes until the server closes. */
    private static String talk(byte[] request) throws IOException {
        try (Socket socket = open()) {
            try {
                socket.getOutputStream().write(request);
            } catch (SocketException closedAlready) {
                return all(socket.getInputStream());
            }
            return all(socket.getInputStream());
        }
    }

    private static String all(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int next = readOrReset(in); next >= 0; next = readOrReset(in)) {
            all.write(next);
        }
        return all.toString(ISO_8859_1);
    }

    /** A reset is an end too: the server closed with bytes unread. */
    private static int readOrReset(InputStream in) throws IOException {
        try {
            return in.read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    private static void assertStatus(int status, String answer, int... others) {
        boolean other = java.util.Arrays.stream(others).anyMatch(one -> answer.startsWith("HTTP/1.1 " + one));
        assertTrue(other || answer.startsWith("HTTP/1.1 " + status + " "), () -> "expected " + status + ": " + answer);
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
