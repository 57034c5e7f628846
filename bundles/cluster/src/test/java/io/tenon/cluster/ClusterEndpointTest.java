package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.StatusResponse;
import io.tenon.wire.membershippb.Attributes;
import io.tenon.wire.membershippb.ClusterMemberAttrSetRequest;
import io.tenon.wire.membershippb.ClusterVersionSetRequest;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What etcd 3.5.30 answered on a peer port, and what is special beyond the recording. */
class ClusterEndpointTest {
    private static final long M3 = 8892927503601074867L;
    private static final String RECORDED_CLUSTER = "a223a46688bd050b";

    private final Fixture fixture = Fixture.fresh(Compat.V3_5);
    private final ClusterEndpoint endpoint = endpoint(fixture, Compat.V3_5);

    private static ClusterEndpoint endpoint(Fixture fixture, Compat compat) {
        return new ClusterEndpoint(Fixture.config(compat), fixture.proposals, fixture.machine, maintenance());
    }

    /** Only the status is asked for. */
    @SuppressWarnings("unchecked")
    private static Maintenance maintenance() {
        return (Maintenance) Proxy.newProxyInstance(Maintenance.class.getClassLoader(), new Class<?>[] {Maintenance.class},
                (proxy, method, arguments) -> {
                    ((Reply<StatusResponse>) arguments[1]).accept(StatusResponse.newBuilder().setStorageVersion("3.6.0").build());
                    return null;
                });
    }

    private void member(long id, String name, int port) {
        fixture.change(Kind.ADD_VOTER, id, "{\"id\":" + Long.toUnsignedString(id) + ",\"peerURLs\":[\"http://127.0.0.1:" + port + "\"],\"name\":\""
                + name + "\"}");
        publish(id, name, port - 30);
    }

    private void publish(long id, String name, int clientPort) {
        fixture.node.apply(InternalRaftRequest.newBuilder().setClusterMemberAttrSet(ClusterMemberAttrSetRequest.newBuilder().setMemberID(id)
                .setMemberAttributes(Attributes.newBuilder().setName(name).addClientUrls("http://127.0.0.1:" + clientPort))).build());
    }

    private void recordedCluster() {
        member(MemberIds.parseHex("f74c15fc7ff3553a"), "m0", 41820);
        member(MemberIds.parseHex("48db18de8b4e0930"), "m1", 41821);
        member(MemberIds.parseHex("d686e33593235abd"), "m2", 41822);
        fixture.node.apply(InternalRaftRequest.newBuilder().setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer("3.5.0")).build());
    }

    private PeerAnswer ask(PeerRequest request) {
        RecordedReply<PeerAnswer> reply = new RecordedReply<>();
        endpoint.handle(request, reply);
        fixture.tick(reply.done() ? 0 : 2);
        return reply.answer();
    }

    private static PeerRequest post(String path) {
        return new PeerRequest("POST", path, "", Map.of(), ByteString.EMPTY);
    }

    @Test
    void everyAnswerIsTheRecordedOne() {
        recordedCluster();
        for (String line : Fixture.resource("peer-http.txt").lines().filter(text -> !text.startsWith("#")).toList()) {
            String[] columns = line.split("\t", -1);
            if (columns[1].endsWith("/" + M3) && fixture.machine.members().size() == 3) {
                fixture.change(Kind.ADD_LEARNER, M3, "{\"id\":" + M3 + ",\"peerURLs\":[\"http://127.0.0.1:41823\"],\"isLearner\":true}");
                publish(M3, "m3", 41793);
            }
            PeerAnswer answer = ask(new PeerRequest(columns[0], columns[1], "", Map.of(), ByteString.EMPTY));
            String cluster = answer.header("X-Etcd-Cluster-Id").replace(MemberIds.hex(StateNode.CLUSTER_ID), RECORDED_CLUSTER);
            String body = answer.body().toStringUtf8().replace("\"", "\\\"").replace("\n", "\\n");
            assertEquals(line, String.join("\t", columns[0], columns[1], String.valueOf(answer.status()), orDash(answer.header("Allow")),
                    orDash(answer.header("Content-Type")), orDash(cluster), '"' + body + '"'));
        }
    }

    private static String orDash(String header) {
        return header.isEmpty() ? "-" : header;
    }

    @Test
    void versionIsNotDecidedAtFirstAndFrom36OnNamesTheStorage() {
        assertEquals("{\"etcdserver\":\"3.5.30\",\"etcdcluster\":\"not_decided\"}", ask(PeerRequest.get("/version")).body().toStringUtf8());
        RecordedReply<PeerAnswer> newer = new RecordedReply<>();
        endpoint(fixture, Compat.V3_6).handle(PeerRequest.get("/version"), newer);
        assertEquals("{\"etcdserver\":\"3.6.14\",\"etcdcluster\":\"not_decided\",\"storage\":\"3.6.0\"}", newer.answer().body().toStringUtf8());
    }

    @Test
    void aLearnerThatLagsIsNotPromotedAndOtherFailuresAreNotExplained() {
        recordedCluster();
        fixture.change(Kind.ADD_LEARNER, M3, "{\"id\":" + M3 + ",\"peerURLs\":[\"http://127.0.0.1:41823\"],\"isLearner\":true}");
        fixture.reconfiguration.match(StateNode.MEMBER_ID, 100);
        fixture.reconfiguration.match(M3, 89);
        PeerAnswer lags = ask(post("/members/promote/" + M3));
        assertEquals("412 etcdserver: can only promote a learner member which is in sync with leader\n", lags.status() + " " + lags.body().toStringUtf8());
        Cluster failing = (Cluster) Proxy.newProxyInstance(Cluster.class.getClassLoader(), new Class<?>[] {Cluster.class},
                (proxy, method, arguments) -> {
                    ((Reply<?>) arguments[2]).refuse(Refusals.REQUEST_TIMED_OUT);
                    return null;
                });
        RecordedReply<PeerAnswer> reply = new RecordedReply<>();
        new ClusterEndpoint(Fixture.config(Compat.V3_5), fixture.proposals, failing, maintenance()).handle(post("/members/promote/1"), reply);
        assertEquals("500 {\"message\":\"Internal Server Error\"}", reply.answer().status() + " " + reply.answer().body().toStringUtf8());
    }

    @Test
    void theTokenOfTheCallerGoesWithThePromotion() {
        RecordedReply<String> token = new RecordedReply<>();
        Cluster noting = (Cluster) Proxy.newProxyInstance(Cluster.class.getClassLoader(), new Class<?>[] {Cluster.class},
                (proxy, method, arguments) -> {
                    token.accept(((io.tenon.api.CallContext) arguments[1]).token());
                    return null;
                });
        new ClusterEndpoint(Fixture.config(Compat.V3_5), fixture.proposals, noting, maintenance()).handle(
                new PeerRequest("POST", "/members/promote/1", "", Map.of("authorization", "Bearer abc"), ByteString.EMPTY), new RecordedReply<>());
        assertEquals("abc", token.answer());
    }

    @Test
    void beforeANodeRunsMembersAreRefusedAtOnce() {
        Refusal stopped = Refusals.SERVER_STOPPED;
        io.tenon.api.proposal.Proposals none = (io.tenon.api.proposal.Proposals) Proxy.newProxyInstance(Cluster.class.getClassLoader(),
                new Class<?>[] {io.tenon.api.proposal.Proposals.class}, (proxy, method, arguments) -> {
                    throw stopped.asException();
                });
        RecordedReply<PeerAnswer> reply = new RecordedReply<>();
        new ClusterEndpoint(Fixture.config(Compat.V3_5), none, fixture.machine, maintenance()).handle(PeerRequest.get("/members"), reply);
        assertTrue(reply.refusal().equals(stopped));
    }
}
