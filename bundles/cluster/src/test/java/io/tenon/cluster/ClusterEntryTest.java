package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.spi.storage.Bucket;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.Request;
import io.tenon.wire.membershippb.Attributes;
import io.tenon.wire.membershippb.ClusterMemberAttrSetRequest;
import io.tenon.wire.membershippb.ClusterVersionSetRequest;
import io.tenon.wire.membershippb.DowngradeInfoSetRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Both forms of the entries that speak of the cluster; the raw ones as etcd 3.5.30 logged them. */
class ClusterEntryTest {
    private static final byte[] ATTRIBUTES = HexFormat.of().parseHex("0881c4c1c4b8c0e8a66912035055541a262f302f6d656d626572732f38653965303563"
            + "3532313634363934642f6174747269627574657322397b226e616d65223a2264656661756c74222c22636c69656e7455524c73223a5b22687474703a2f2f6c"
            + "6f63616c686f73743a32333739225d7d2800320038004800500058006000680070007800800100");
    private static final byte[] VERSION = HexFormat.of().parseHex(
            "0882c4c1c4b8c0e8a66912035055541a0a2f302f76657273696f6e2205332e352e302800320038004800500058006000680070007800800100");

    @Test
    void proposalsOf35AreTheBytesThatEtcdLogs() throws Exception {
        for (byte[] logged : List.of(ATTRIBUTES, VERSION)) {
            Request request = Request.parseFrom(logged);
            assertArrayEquals(logged, ClusterEntry.of(request).proposal(Compat.V3_5, request.getID()).getV2().toByteArray());
        }
    }

    @Test
    void proposalsOf36AreBodiesOfTheirOwn() throws Exception {
        InternalRaftRequest attributes = ClusterEntry.of(Request.parseFrom(ATTRIBUTES)).proposal(Compat.V3_6, 5);
        assertEquals(InternalRaftRequest.newBuilder().setClusterMemberAttrSet(attrSet(StateNode.MEMBER_ID)).build(), attributes);
        InternalRaftRequest version = ClusterEntry.of(Request.parseFrom(VERSION)).proposal(Compat.V3_7, 5);
        assertEquals("3.5.0", version.getClusterVersionSet().getVer());
    }

    @Test
    void bothFormsAreAppliedWhateverTheCompat() throws Exception {
        for (Compat compat : Compat.values()) {
            Fixture v2 = Fixture.bootstrapped(compat);
            v2.node.apply(InternalRaftRequest.newBuilder().setV2(Request.parseFrom(ATTRIBUTES)).build());
            v2.node.apply(InternalRaftRequest.newBuilder().setV2(Request.parseFrom(VERSION)).build());
            Fixture v3 = Fixture.bootstrapped(compat);
            v3.node.apply(InternalRaftRequest.newBuilder().setClusterMemberAttrSet(attrSet(StateNode.MEMBER_ID)).build());
            v3.node.apply(InternalRaftRequest.newBuilder()
                    .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer("3.5.0")).build());
            for (Fixture fixture : List.of(v2, v3)) {
                assertEquals(Optional.of("{\"id\":10276657743932975437,\"peerURLs\":[\"http://localhost:2380\"],\"name\":\"default\","
                        + "\"clientURLs\":[\"http://localhost:2379\"]}"), fixture.row(Bucket.MEMBERS, "8e9e05c52164694d"));
                assertEquals(Optional.of("3.5.0"), fixture.row(Bucket.CLUSTER, "clusterVersion"));
                assertEquals(Optional.of("3.5.0"), fixture.machine.clusterVersion());
            }
        }
    }

    @Test
    void otherV2RequestsNameWhatTheyNeed() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        for (Request request : List.of(v2("PUT", "/1/foo"), v2("DELETE", "/0/version"), v2("SYNC", ""), v2("PUT", "/0/members/1"))) {
            UnsupportedEntryException e = assertThrows(UnsupportedEntryException.class,
                    () -> fixture.node.apply(InternalRaftRequest.newBuilder().setV2(request).build()));
            assertTrue(e.getMessage().startsWith("entry needs v2store"), e.getMessage());
        }
    }

    @Test
    void clusterVersionAboveTheServersHaltsTheNode() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        assertThrows(IllegalStateException.class, () -> fixture.node.apply(InternalRaftRequest.newBuilder()
                .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer("3.6.0")).build()));
        Fixture newer = Fixture.bootstrapped(Compat.V3_6);
        newer.node.apply(InternalRaftRequest.newBuilder()
                .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer("3.6.0")).build());
        assertThrows(IllegalStateException.class, () -> new Fixture(Compat.V3_5, newer.node.saved()), "nor does it start with such a store");
        newer.node.apply(InternalRaftRequest.newBuilder()
                .setDowngradeInfoSet(DowngradeInfoSetRequest.newBuilder().setEnabled(true).setVer("3.5.0")).build());
        assertEquals(Optional.of("3.6.0"), new Fixture(Compat.V3_5, newer.node.saved()).machine.clusterVersion(), "but in a downgrade to it");
    }

    @Test
    void downgradeIsARowAndItsEndForgetsTheTarget() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.node.apply(InternalRaftRequest.newBuilder()
                .setDowngradeInfoSet(DowngradeInfoSetRequest.newBuilder().setEnabled(true).setVer("3.4.0")).build());
        assertEquals(Optional.of("{\"target-version\":\"3.4.0\",\"enabled\":true}"), fixture.row(Bucket.CLUSTER, "downgrade"));
        fixture.node.apply(InternalRaftRequest.newBuilder()
                .setDowngradeInfoSet(DowngradeInfoSetRequest.newBuilder().setVer("3.4.0")).build());
        assertEquals(Optional.of("{\"target-version\":\"\",\"enabled\":false}"), fixture.row(Bucket.CLUSTER, "downgrade"));
    }

    @Test
    void attributesOfARemovedMemberAreIgnoredAndOfAStrangerHalt() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.change(Kind.ADD_VOTER, 5, "{\"id\":5,\"peerURLs\":[\"http://a\"]}");
        fixture.change(Kind.REMOVE, 5, "");
        fixture.node.apply(InternalRaftRequest.newBuilder().setClusterMemberAttrSet(attrSet(5)).build());
        assertEquals(1, fixture.node.saved().count(Bucket.MEMBERS));
        assertThrows(IllegalStateException.class,
                () -> fixture.node.apply(InternalRaftRequest.newBuilder().setClusterMemberAttrSet(attrSet(6)).build()));
    }

    private static ClusterMemberAttrSetRequest attrSet(long member) {
        return ClusterMemberAttrSetRequest.newBuilder().setMemberID(member)
                .setMemberAttributes(Attributes.newBuilder().setName("default").addClientUrls("http://localhost:2379")).build();
    }

    private static Request v2(String method, String path) {
        return Request.newBuilder().setMethod(method).setPath(path).build();
    }
}
