package io.tenon.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tenon.api.config.Compat;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.testkit.transport.HandInbox;
import io.tenon.transport.http.tls.PeerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every request that was recorded on a peer port of etcd, and that no other bundle answers, is answered as it was there. */
class RecordedAnswersTest {
    private static final long M0 = 0xf74c15fc7ff3553aL;
    private static final long M1 = 0x48db18de8b4e0930L;
    private static final long M2 = 0xd686e33593235abdL;
    private static final long REMOVED = 0x7b6a0672a17182b3L;

    private final HandInbox inbox = new HandInbox();
    private final RecordedControl control = new RecordedControl();
    private HttpCalls calls;
    private HttpTransport transport;

    @BeforeEach
    void open() {
        FixedBook book = new FixedBook();
        // Nobody listens there.
        book.write(List.of(address(M0), address(M1), address(M2)), REMOVED);
        LocalMember self = new LocalMember(M0, Network.CLUSTER);
        calls = new HttpCalls(PeerTls.none(), Duration.ofSeconds(1));
        transport = new HttpTransport(new HttpTransport.Kernel(self, inbox, book, control),
                new Identity(self, Compat.V3_5, "http://127.0.0.1:41820"), new Connector(PeerTls.none(), Duration.ofSeconds(1)), calls,
                List.of(URI.create("http://127.0.0.1:0")));
    }

    private static PeerAddress address(long member) {
        return new PeerAddress(member, List.of(URI.create("http://127.0.0.1:1")));
    }

    @AfterEach
    void close() {
        transport.close();
        calls.close();
        assertEquals(List.of(), control.told());
    }

    private InetSocketAddress port() {
        inbox.await("the port is open", _ -> !transport.addresses().isEmpty());
        return transport.addresses().getFirst();
    }

    @Test
    void answersAreTheRecordedOnes() throws IOException {
        int asked = 0;
        for (JsonElement element : Vectors.read("peer_http").getAsJsonArray("steps")) {
            JsonObject step = element.getAsJsonObject();
            String path = step.get("path").getAsString();
            boolean ours = path.startsWith("/raft") || step.get("body").getAsString().equals("404 page not found\n");
            if (ours && !path.equals(RaftHandler.PROBING)) {
                assertAnswer(step);
                asked++;
            }
        }
        assertTrue(asked > 25, asked + " requests");
    }

    private void assertAnswer(JsonObject step) throws IOException {
        String request = step.get("method").getAsString() + " " + step.get("path").getAsString();
        byte[] body = step.get("request_body").isJsonNull() ? new byte[0] : HexFormat.of().parseHex(step.get("request_body").getAsString());
        Map<String, String> expected = texts(step.getAsJsonObject("headers"));
        RawClient.Answer answer = RawClient.send(port(), request, texts(step.getAsJsonObject("request_headers")), body);
        assertEquals(new RawClient.Answer(step.get("status").getAsInt(), expected, step.get("body").getAsString()), answer, step.toString());
    }

    private static Map<String, String> texts(JsonObject object) {
        Map<String, String> texts = new TreeMap<>();
        object.entrySet().forEach(entry -> texts.put(entry.getKey(), entry.getValue().getAsString()));
        return texts;
    }

    @Test
    void probingTellsTheTime() throws IOException {
        for (String method : List.of("GET", "POST")) {
            RawClient.Answer answer = RawClient.send(port(), method + " " + RaftHandler.PROBING, Map.of(), new byte[0]);
            assertEquals(200, answer.status());
            assertEquals(Map.of("Content-Type", "text/plain; charset=utf-8", "Connection", "close"), answer.headers());
            assertTrue(answer.body().matches("\\{\"OK\":true,\"Now\":\"20..-..-..T..:..:..(\\.[0-9]+)?Z\"}\n"), answer.body());
            assertTrue(Prober.remoteTime(answer.body()).isPresent());
        }
    }

    @Test
    void removedMemberIsTold() throws IOException {
        String recorded = Vectors.read("rafthttp").getAsJsonObject("stream_request_from_removed_member").get("response").getAsString();
        RawClient.Answer answer = RawClient.send(port(), "GET /raft/stream/message/" + Long.toHexString(REMOVED), fromRemoved(), new byte[0]);
        assertTrue(recorded.startsWith("HTTP/1.1 " + answer.status() + " "), recorded);
        assertTrue(recorded.endsWith("\r\n\r\n" + answer.body()), recorded);
        answer.headers().remove("Connection");
        answer.headers().forEach((name, value) -> assertTrue(recorded.contains("\r\n" + name + ": " + value + "\r\n"), name + ": " + value));
        assertEquals(4, answer.headers().size());
    }

    private static Map<String, String> fromRemoved() {
        Map<String, String> headers = new TreeMap<>(new Identity(new LocalMember(REMOVED, Network.CLUSTER), Compat.V3_5,
                "http://127.0.0.1:41823").streamHeaders(M0));
        headers.remove(Headers.TENON_SNAPSHOT);
        return headers;
    }

    @Test
    void messageOfARemovedMemberIsDropped() throws IOException {
        String heartbeat = "080810baaacdffc7bf85a6f70118b385c68baace81b57b20022800300040004a0a12080a022800100018005000";
        RawClient.Answer answer = RawClient.send(port(), "POST /raft", fromRemoved(), HexFormat.of().parseHex(heartbeat));
        assertEquals(500, answer.status());
        assertEquals("error processing raft message\n<<connection aborted>>", answer.body());
        assertEquals(List.of(), inbox.messages());
    }
}
