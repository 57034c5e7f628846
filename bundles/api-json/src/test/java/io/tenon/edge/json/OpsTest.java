package io.tenon.edge.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.Refusals;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.listener.ClientPorts;
import io.tenon.listener.HttpSettings;
import io.tenon.listener.PortSettings;
import io.tenon.wire.etcdserverpb.AlarmType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpsTest {
    private static final NodeConfig.Limits LIMITS = new NodeConfig.Limits(128, 1572864, 1000, Duration.ofSeconds(5),
            Duration.ofHours(2), Duration.ofSeconds(20));
    private static final String OK = "200 text/plain; charset=utf-8 ";

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final FakeNode node = new FakeNode();
    private ClientPorts ports;

    @BeforeEach
    void open() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ports = new ClientPorts(new PortSettings(List.of(address), LIMITS, 1, PortSettings.NEGOTIATION_TIMEOUT,
                new HttpSettings(HttpSettings.IDLE_TIMEOUT, Set.of("*"), Set.of("*"))));
        var checks = new Checks(node, node, node);
        ports.http().addHandler("/version", () -> new VersionHandler(FakeNode.config(Compat.V3_5), node, node));
        ports.http().addHandler("/health", () -> new HealthHandler(checks));
        for (String below : List.of("", "/*")) {
            ports.http().addHandler("/livez" + below, () -> new LiveHandler(checks));
            ports.http().addHandler("/readyz" + below, () -> new ReadyHandler(checks));
        }
        ports.open();
    }

    @AfterEach
    void close() {
        client.close();
        ports.close();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + ports.addresses().getFirst().getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Status, content type and body. */
    private String get(String path) throws Exception {
        var response = send("GET", path);
        return response.statusCode() + " " + response.headers().firstValue("content-type").orElse("-") + " " + response.body();
    }

    @Test
    void versionTellsServerAndCluster() throws Exception {
        assertEquals("200 application/json {\"etcdserver\":\"3.5.30\",\"etcdcluster\":\"3.5.0\"}", get("/version"));
        node.version = Optional.empty();
        assertEquals("200 application/json {\"etcdserver\":\"3.5.30\",\"etcdcluster\":\"not_decided\"}", get("/version"));
    }

    @Test
    void versionTellsTheStorageVersionFrom36On() throws Exception {
        ports.http().addHandler("/version", () -> new VersionHandler(FakeNode.config(Compat.V3_6), node, node));
        assertEquals("200 application/json {\"etcdserver\":\"3.6.14\",\"etcdcluster\":\"3.5.0\",\"storage\":\"3.6.0\"}", get("/version"));
        node.refusal = Optional.of(Refusals.SERVER_STOPPED);
        assertEquals("200 application/json {\"etcdserver\":\"3.6.14\",\"etcdcluster\":\"3.5.0\",\"storage\":\"unknown\"}", get("/version"));
    }

    @Test
    void aHealthyNodeSaysSo() throws Exception {
        assertEquals(OK + "{\"health\":\"true\",\"reason\":\"\"}", get("/health"));
        assertEquals(OK + "{\"health\":\"true\",\"reason\":\"\"}", get("/health?serializable=true"));
        assertEquals(Optional.empty(), send("GET", "/health").headers().firstValue("x-content-type-options"));
    }

    @Test
    void healthFailsWithTheFirstReason() throws Exception {
        node.alarms = List.of(AlarmType.NOSPACE);
        node.leaderKnown = false;
        node.refusal = Optional.of(Refusals.REQUEST_TIMED_OUT);
        assertEquals("503 text/plain; charset=utf-8 {\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n", get("/health"));
        assertEquals("nosniff", send("GET", "/health").headers().firstValue("x-content-type-options").orElseThrow());
        assertEquals("503 text/plain; charset=utf-8 {\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}\n", get("/health?exclude=NOSPACE"));
        assertEquals("503 text/plain; charset=utf-8 {\"health\":\"false\",\"reason\":\"RANGE ERROR:etcdserver: request timed out\"}\n",
                get("/health?exclude=CORRUPT&exclude=NOSPACE&serializable=true"));
    }

    @Test
    void missingRightsAreNoFaultOfTheNode() throws Exception {
        node.refusal = Optional.of(Refusals.USER_NAME_IS_EMPTY);
        assertEquals(OK + "{\"health\":\"true\",\"reason\":\"\"}", get("/health"));
    }

    @Test
    void onlyGetIsAllowed() throws Exception {
        for (String path : List.of("/version", "/health", "/readyz")) {
            var response = send("POST", path);
            assertEquals("405 GET nosniff Method Not Allowed\n", response.statusCode() + " "
                    + response.headers().firstValue("allow").orElse("-") + " "
                    + response.headers().firstValue("x-content-type-options").orElse("-") + " " + response.body());
        }
    }

    @Test
    void probesListTheirChecks() throws Exception {
        assertEquals(OK + "ok\n", get("/livez"));
        assertEquals(OK + "[+]serializable_read ok\nok\n", get("/livez?verbose"));
        assertEquals(OK + "ok\n", get("/readyz?exclude=nope"));
        assertEquals(OK + "[+]data_corruption ok\n[+]non_learner ok\n[+]serializable_read ok\nok\n",
                get("/readyz?exclude=linearizable_read&verbose"));
        assertEquals(OK + "ok\n", get("/readyz/data_corruption"));
        assertEquals("404 text/plain; charset=utf-8 404 page not found\n", get("/readyz/foo"));
        assertEquals("404 text/plain; charset=utf-8 404 page not found\n", get("/version/"));
    }

    @Test
    void aProbeThatFailsListsEverything() throws Exception {
        node.alarms = List.of(AlarmType.CORRUPT);
        assertEquals("503 text/plain; charset=utf-8 [-]data_corruption failed: alarm activated: CORRUPT\n[+]linearizable_read ok\n"
                + "[+]non_learner ok\n[+]serializable_read ok\n\n", get("/readyz"));
        assertEquals(OK + "ok\n", get("/livez"));
    }
}
