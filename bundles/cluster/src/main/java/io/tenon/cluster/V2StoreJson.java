package io.tenon.cluster;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.spi.state.V2Port;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Membership as the v2 store that etcd puts into a Raft snapshot (reference: disk, v2store JSON). The store is what a fresh one would be
 * after making each member, telling their attributes, removing the removed and setting the version, in this order; so equal memberships
 * give equal bytes on every member.
 */
final class V2StoreJson {
    private static final int HISTORY_CAPACITY = 1000;
    private static final String MEMBERS = "/0/members/";

    private final Node root = new Node("/", 0);
    private final List<String> events = new ArrayList<>();
    private long currentIndex;
    private int creates;
    private int sets;

    private V2StoreJson() {
        root.children.put("0", new Node("/0", 0));
        root.children.put("1", new Node("/1", 0));
    }

    /** A directory; or a file, which has a value and no children. Children are in the order of their names, as Go writes maps. */
    private static final class Node {
        final String path;
        final long index;
        final String value;
        final TreeMap<String, Node> children;

        Node(String path, long index) {
            this.path = path;
            this.index = index;
            value = "";
            children = new TreeMap<>();
        }

        Node(String path, long index, String value) {
            this.path = path;
            this.index = index;
            this.value = value;
            children = null;
        }
    }

    /** With the tree of the v2 API beside the membership. */
    static String write(Membership membership, V2Port tree) {
        V2StoreJson store = of(membership);
        SortedMap<String, String> others = tree.snapshotNodes();
        if (tree.index() > store.currentIndex || !others.isEmpty()) {
            store.goOnFrom(tree.index());
        }
        return store.text(others);
    }

    private static V2StoreJson of(Membership membership) {
        V2StoreJson store = new V2StoreJson();
        membership.members().forEach(member -> store.create(MEMBERS + MemberIds.hex(member.id()) + "/raftAttributes",
                MemberJson.writeRaftAttributes(member)));
        membership.members().stream().filter(ClusterMember::started).forEach(member ->
                store.set(MEMBERS + MemberIds.hex(member.id()) + "/attributes",
                        MemberJson.writeAttributes(member.name(), member.clientUrls())));
        membership.removed().forEach(id -> store.create("/0/removed_members/" + MemberIds.hex(id), ""));
        membership.clusterVersion().ifPresent(version -> store.set("/0/version", version.toString()));
        return store;
    }

    /** The store has a past that is not told: who asks for its events hears that they are gone. */
    private void goOnFrom(long index) {
        currentIndex = Math.max(currentIndex, index);
        events.clear();
    }

    private void create(String path, String value) {
        creates++;
        write("create", path, value);
    }

    private void set(String path, String value) {
        sets++;
        write("set", path, value);
    }

    private void write(String action, String path, String value) {
        currentIndex++;
        Node directory = root;
        int from = 1;
        for (int end = path.indexOf('/', from); end >= 0; end = path.indexOf('/', from)) {
            String directoryPath = path.substring(0, end);
            directory = directory.children.computeIfAbsent(path.substring(from, end), name -> new Node(directoryPath, currentIndex));
            from = end + 1;
        }
        directory.children.put(path.substring(from), new Node(path, currentIndex, value));
        StringBuilder event = new StringBuilder("{\"action\":\"").append(action).append("\",\"node\":{\"key\":");
        MemberJson.appendText(event, path).append(",\"value\":");
        MemberJson.appendText(event, value).append(",\"modifiedIndex\":").append(currentIndex);
        events.add(event.append(",\"createdIndex\":").append(currentIndex).append("}}").toString());
    }

    private String text(SortedMap<String, String> others) {
        StringBuilder out = new StringBuilder("{\"Root\":");
        others.keySet().forEach(root.children::remove);
        append(out, root);
        if (!others.isEmpty()) {
            // Their names follow 0, the one child that is left, or 1, which is left when they do not have it.
            out.setLength(out.length() - "}}".length());
            others.forEach((name, json) -> MemberJson.appendText(out.append(','), name).append(':').append(json));
            out.append("}}");
        }
        appendHistory(out.append(",\"WatcherHub\":{\"EventHistory\":{\"Queue\":{\"Events\":["));
        out.append("},\"CurrentIndex\":").append(currentIndex);
        out.append(",\"Stats\":{\"getsSuccess\":0,\"getsFail\":0,\"setsSuccess\":").append(sets);
        out.append(",\"setsFail\":0,\"deleteSuccess\":0,\"deleteFail\":0,\"updateSuccess\":0,\"updateFail\":0,\"createSuccess\":");
        out.append(creates).append(",\"createFail\":0,\"compareAndSwapSuccess\":0,\"compareAndSwapFail\":0,\"compareAndDeleteSuccess\":0");
        out.append(",\"compareAndDeleteFail\":0,\"expireCount\":0,\"watchers\":0},\"CurrentVersion\":2}");
        return out.toString();
    }

    /** The newest events in a ring of fixed capacity, with null in every place that was never used. */
    private void appendHistory(StringBuilder out) {
        int size = Math.min(events.size(), HISTORY_CAPACITY);
        int first = events.size() - size;
        for (int i = 0; i < HISTORY_CAPACITY; i++) {
            out.append(i == 0 ? "" : ",").append(i < size ? events.get(first + i) : "null");
        }
        out.append("],\"Size\":").append(size).append(",\"Front\":0,\"Back\":").append(size % HISTORY_CAPACITY);
        out.append(",\"Capacity\":").append(HISTORY_CAPACITY).append("},\"StartIndex\":").append(size == 0 && currentIndex == 0 ? 0 : currentIndex - size + 1);
        out.append(",\"LastIndex\":").append(currentIndex).append('}');
    }

    private static void append(StringBuilder out, Node node) {
        MemberJson.appendText(out.append("{\"Path\":"), node.path);
        out.append(",\"CreatedIndex\":").append(node.index).append(",\"ModifiedIndex\":").append(node.index);
        MemberJson.appendText(out.append(",\"ExpireTime\":\"0001-01-01T00:00:00Z\",\"Value\":"), node.value);
        out.append(",\"Children\":");
        if (node.children == null) {
            out.append("null}");
            return;
        }
        String separator = "{";
        for (var child : node.children.entrySet()) {
            MemberJson.appendText(out.append(separator), child.getKey()).append(':');
            append(out, child.getValue());
            separator = ",";
        }
        out.append(node.children.isEmpty() ? "{}}" : "}}");
    }
}
