package io.tenon.chaos.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy between a hand-made sender and a hand-made member. */
class PeerProxyTest {
    private static final int SOON_MILLIS = 10_000;
    private static final int SILENCE_MILLIS = 200;

    private final Links links = new Links();
    private ServerSocket member;
    private PeerProxy proxy;
    private Socket sender;
    private Socket accepted;
    private BufferedReader atMember;
    private BufferedReader atSender;

    @BeforeEach
    void connect() throws IOException {
        member = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        proxy = new PeerProxy("b", port, member.getLocalPort(), links);
        links.know(0xabcL, "a");
        sender = new Socket(InetAddress.getLoopbackAddress(), port);
        accepted = member.accept();
        sender.setSoTimeout(SOON_MILLIS);
        accepted.setSoTimeout(SOON_MILLIS);
        atMember = reader(accepted);
        atSender = reader(sender);
    }

    @AfterEach
    void close() throws IOException {
        sender.close();
        proxy.close();
        member.close();
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private void assertSilence(Socket socket, BufferedReader reader) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThrows(SocketTimeoutException.class, reader::readLine);
        socket.setSoTimeout(SOON_MILLIS);
    }

    private void askForStream() throws IOException {
        send(sender, "GET /raft/stream/message/abc HTTP/1.1\r\nX-Server-From: abc\r\n\r\n");
        assertEquals("GET /raft/stream/message/abc HTTP/1.1", atMember.readLine());
        assertEquals("X-Server-From: abc", atMember.readLine());
        assertEquals("", atMember.readLine());
    }

    @Test
    void whatAStreamCarriesIsOnTheWayFromTheMemberToWhoAskedForIt() throws IOException {
        askForStream();
        links.cut("a", "b");
        send(accepted, "one\n");
        assertEquals("one", atSender.readLine());
        links.heal();
        links.cut("b", "a");
        send(accepted, "two\n");
        assertSilence(sender, atSender);
        links.heal();
        assertEquals("two", atSender.readLine());
    }

    @Test
    void postIsOnTheWayFromItsSender() throws IOException {
        links.cut("b", "a");
        send(sender, "POST /raft HTTP/1.1\r\nX-Server-From: abc\r\nContent-Length: 4\r\n\r\nabc\n");
        assertEquals("POST /raft HTTP/1.1", atMember.readLine());
        for (int line = 0; line < 3; line++) {
            atMember.readLine();
        }
        assertEquals("abc", atMember.readLine());
        links.cut("a", "b");
        send(sender, "POST /raft HTTP/1.1\r\nX-Server-From: abc\r\nContent-Length: 0\r\n\r\n");
        assertSilence(accepted, atMember);
        links.heal();
        assertEquals("POST /raft HTTP/1.1", atMember.readLine());
    }

    @Test
    void senderIsFoundInTheSecondRequestOfAConnectionThatBeganWithAProbe() throws IOException {
        links.cut("a", "b");
        send(sender, "GET /raft/probing HTTP/1.1\r\nHost: b\r\n\r\n");
        assertEquals("GET /raft/probing HTTP/1.1", atMember.readLine());
        atMember.readLine();
        assertEquals("", atMember.readLine());
        send(sender, "POST /raft HTTP/1.1\r\nX-Server-From: abc\r\nContent-Length: 0\r\n\r\n");
        assertSilence(accepted, atMember);
    }

    @Test
    void bodiesInChunksPassAndTheNextRequestIsFoundBehindThem() throws IOException {
        send(sender, "POST /raft/snapshot HTTP/1.1\r\nX-Server-From: abc\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabc\n\r\n0\r\n\r\n");
        send(sender, "GET /members HTTP/1.1\r\n\r\n");
        StringBuilder all = new StringBuilder();
        for (String line = atMember.readLine(); !line.startsWith("GET"); line = atMember.readLine()) {
            all.append(line).append('|');
        }
        assertEquals("POST /raft/snapshot HTTP/1.1|X-Server-From: abc|Transfer-Encoding: chunked||4|abc||0||", all.toString());
    }
}
