package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.JsonReader;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.V2Port;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The snapshot of a cluster of three as etcd 3.5.30 wrote it; only the order of its entries and counts of reads differ. */
class V2StoreJsonTest {
    private static final Membership THREE = Membership.NONE
            .with(member(0x48db18de8b4e0930L, "m1", 1)).with(member(0xd686e33593235abdL, "m2", 2)).with(member(0xf74c15fc7ff3553aL, "m0", 0))
            .with(new ClusterVersion(3, 5, 0));

    @Test
    void storeIsTheOneThatEtcdWrote() {
        assertEquals(normal(Fixture.resource("v2store.json")), normal(V2StoreJson.write(THREE, new Tree(0, Map.of()))));
    }

    @Test
    void removedMembersAreFilesWithoutValue() {
        String text = V2StoreJson.write(Membership.NONE.withRemoved(0x48db18de8b4e0930L), new Tree(0, Map.of()));
        JsonReader.Fields node = JsonReader.object(text).object("Root").orElseThrow();
        for (String name : List.of("0", "removed_members", "48db18de8b4e0930")) {
            node = node.object("Children").orElseThrow().object(name).orElseThrow();
        }
        assertEquals("/0/removed_members/48db18de8b4e0930", node.text("Path"));
        assertEquals("", node.text("Value"));
        assertEquals(List.of("Children", "CreatedIndex", "ExpireTime", "ModifiedIndex", "Path", "Value"), node.names());
    }

    @Test
    void historyKeepsTheNewestThousandEvents() {
        Membership many = Membership.NONE;
        for (long id = 1; id <= 1500; id++) {
            many = many.withRemoved(id);
        }
        JsonReader.Fields history = JsonReader.object(V2StoreJson.write(many, new Tree(0, Map.of()))).object("WatcherHub").orElseThrow()
                .object("EventHistory").orElseThrow();
        assertEquals(501, history.unsigned("StartIndex"));
        assertEquals(1500, history.unsigned("LastIndex"));
        assertEquals(1000, history.object("Queue").orElseThrow().unsigned("Size"));
    }

    @Test
    void treeOfTheKeysIsBesideTheMembers() {
        String text = V2StoreJson.write(THREE, new Tree(40, Map.of("1", "{\"Path\":\"/1\"}", "2", "{\"Path\":\"/2\"}")));
        JsonReader.Fields store = JsonReader.object(text);
        JsonReader.Fields children = store.object("Root").orElseThrow().object("Children").orElseThrow();
        assertEquals(List.of("0", "1", "2"), children.names());
        assertEquals("/1", children.object("1").orElseThrow().text("Path"));
        assertEquals(40, store.unsigned("CurrentIndex"));
        JsonReader.Fields history = store.object("WatcherHub").orElseThrow().object("EventHistory").orElseThrow();
        assertEquals(41, history.unsigned("StartIndex"), "what was before is gone");
        assertEquals(40, history.unsigned("LastIndex"));
        assertEquals(0, history.object("Queue").orElseThrow().unsigned("Size"));
    }

    private record Tree(long index, Map<String, String> nodes) implements V2Port {

        @Override
        public void mirrored(ApplyContext context, int changes) {
            throw new IllegalStateException("nothing changes");
        }

        @Override
        public SortedMap<String, String> snapshotNodes() {
            return new TreeMap<>(nodes);
        }
    }

    /** Without indexes, counts of reads, and the events of attributes, which the recorded cluster made in another order. */
    private static String normal(String json) {
        return json.replaceAll("Index\":\\d+", "Index\":0").replaceAll("gets(Success|Fail)\":\\d+", "gets$1\":0")
                .replaceAll("\\{\"action\":\"set\",\"node\":\\{\"key\":\"/0/members/[0-9a-f]+/attributes\".*?}}", "attributes");
    }

    private static ClusterMember member(long id, String name, int number) {
        return new ClusterMember(id, List.of("http://127.0.0.1:4182" + number), false, name, List.of("http://127.0.0.1:4179" + number));
    }
}
