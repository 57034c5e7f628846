package io.tenon.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.StatusCode;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerEndpoint;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.testkit.transport.HandInbox;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What members ask one another beside Raft, from the call to the endpoint and back. */
class PeerCallsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Network network;
    private Network.Member member;

    @BeforeEach
    void open() throws IOException {
        network = new Network(List.of(1L));
        HandInbox inbox = new HandInbox();
        member = network.start(1, inbox, new RecordedControl());
        inbox.await("the port is open", _ -> !member.transport().addresses().isEmpty());
    }

    @AfterEach
    void close() {
        member.close();
    }

    /** Shows the request it got, in the answer. */
    private record Echo(List<String> paths, int mostBodyBytes) implements PeerEndpoint {
        @Override
        public void handle(PeerRequest request, Reply<PeerAnswer> reply) {
            String text = paths.getFirst() + " " + request.method() + " " + request.path() + " " + request.query() + " " + request.header("x-ask") + " "
                    + request.body().toStringUtf8();
            reply.accept(new PeerAnswer(299, Map.of("X-Answer", "yes"), ByteString.copyFromUtf8(text)));
        }
    }

    private CompletableFuture<PeerAnswer> call(URI base, PeerRequest request) {
        CompletableFuture<PeerAnswer> answer = new CompletableFuture<>();
        member.calls().call(base, request, LIMIT, new Reply<>() {
            @Override
            public void accept(PeerAnswer accepted) {
                answer.complete(accepted);
            }

            @Override
            public void refuse(Refusal refusal) {
                answer.complete(PeerAnswer.text(0, refusal.text()));
            }
        });
        return answer;
    }

    private String text(PeerRequest request) {
        PeerAnswer answer = call(network.url(1), request).join();
        return answer.status() + " " + answer.body().toStringUtf8();
    }

    @Test
    void requestsReachTheEndpointWithTheLongestPath() {
        member.transport().bindEndpoint(new Echo(List.of("/a/"), 10));
        member.transport().bindEndpoint(new Echo(List.of("/a/b", "/c"), 10));
        PeerRequest get = new PeerRequest("GET", "/a/b", "q=1", Map.of("X-Ask", "me"), ByteString.copyFromUtf8("body"));
        assertEquals("299 /a/b GET /a/b q=1 me body", text(get));
        assertEquals("yes", call(network.url(1), get).join().header("x-answer"));
        assertEquals("299 /a/ POST /a/b/c   ", text(PeerRequest.post("/a/b/c", "text/plain", ByteString.EMPTY)));
        assertEquals("299 /a/b GET /c   ", text(PeerRequest.get("/c")));
        assertEquals("404 404 page not found\n", text(PeerRequest.get("/a")));
    }

    @Test
    void endpointsComeAndGo() {
        Echo echo = new Echo(List.of("/x"), 0);
        member.transport().bindEndpoint(echo);
        assertEquals("299 /x GET /x   ", text(PeerRequest.get("/x")));
        member.transport().unbindEndpoint(echo);
        assertEquals("503 not served at the moment\n", text(PeerRequest.get("/x")));
        member.transport().bindEndpoint(new Echo(List.of("/x"), 0));
        assertEquals("299 /x GET /x   ", text(PeerRequest.get("/x")));
    }

    @Test
    void whatEveryPeerPortOfEtcdAnswersIsNeverUnknown() {
        for (String path : List.of("/members", "/members/promote/1", "/members/hashkv", "/version", "/downgrade/enabled", "/leases",
                "/leases/internal")) {
            assertEquals("503 not served at the moment\n", text(PeerRequest.get(path)), path);
        }
        assertEquals("404 404 page not found\n", text(PeerRequest.get("/leases/other")));
        assertEquals("404 404 page not found\n", text(PeerRequest.get("/members/6")));
    }

    @Test
    void bodyBeyondTheLimitIsRefused() {
        member.transport().bindEndpoint(new Echo(List.of("/x"), 4));
        assertEquals("413 request body too large\n", text(PeerRequest.post("/x", "text/plain", ByteString.copyFromUtf8("12345"))));
        assertEquals("299 /x POST /x   1234", text(PeerRequest.post("/x", "text/plain", ByteString.copyFromUtf8("1234"))));
    }

    @Test
    void refusalOfAnEndpointIsUnavailable() {
        member.transport().bindEndpoint(new PeerEndpoint() {
            @Override
            public List<String> paths() {
                return List.of("/x");
            }

            @Override
            public int mostBodyBytes() {
                return 0;
            }

            @Override
            public void handle(PeerRequest request, Reply<PeerAnswer> reply) {
                reply.refuse(Refusal.of(StatusCode.UNAVAILABLE, "not now"));
            }
        });
        assertEquals("503 not now\n", text(PeerRequest.get("/x")));
    }

    @Test
    void callWithoutAnAnswerNamesTheAddressAndTheCause() {
        PeerAnswer none = call(URI.create("http://127.0.0.1:1"), PeerRequest.get("/members")).join();
        assertEquals(0, none.status());
        assertTrue(none.body().toStringUtf8().startsWith("GET http://127.0.0.1:1/members: "), none.body().toStringUtf8());
    }

    @Test
    void namesThatTakeLongHoldUpNobodyElse() throws Exception {
        CountDownLatch held = HandNames.holdSlowOnes();
        List<CompletableFuture<PeerAnswer>> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                slow.add(call(URI.create("http://member" + i % 3 + HandNames.SLOW + ":2380"), PeerRequest.get(RaftHandler.PROBING)));
            }
            URI named = URI.create("http://member" + HandNames.HERE + ":" + network.url(1).getPort());
            assertEquals(200, call(network.url(1), PeerRequest.get(RaftHandler.PROBING)).get(10, TimeUnit.SECONDS).status());
            assertEquals(200, call(named, PeerRequest.get(RaftHandler.PROBING)).get(10, TimeUnit.SECONDS).status());
            assertTrue(slow.stream().noneMatch(CompletableFuture::isDone));
        } finally {
            held.countDown();
        }
        for (CompletableFuture<PeerAnswer> none : slow) {
            assertEquals(0, none.join().status());
        }
    }

    @Test
    void hostWithAnUnderscoreIsAskedLikeAnyOther() {
        member.transport().bindEndpoint(new Echo(List.of("/x"), 10));
        URI named = URI.create("http://etcd_1" + HandNames.HERE + ":" + network.url(1).getPort());
        PeerAnswer got = call(named, new PeerRequest("GET", "/x", "q=1", Map.of("X-Ask", "me"), ByteString.EMPTY)).join();
        assertEquals("299 /x GET /x q=1 me ", got.status() + " " + got.body().toStringUtf8());
        assertEquals("yes", got.header("x-answer"));
        PeerAnswer posted = call(named, PeerRequest.post("/x", "text/plain", ByteString.copyFromUtf8("body"))).join();
        assertEquals("299 /x POST /x   body", posted.status() + " " + posted.body().toStringUtf8());
        assertEquals(0, call(URI.create("http://etcd_1" + HandNames.HERE + ":1"), PeerRequest.get("/x")).join().status());
    }

    @Test
    void callAfterTheEndIsRefused() {
        member.close();
        assertEquals("0 GET " + network.url(1) + "/x: the transport is stopped\n", text(PeerRequest.get("/x")));
    }
}
