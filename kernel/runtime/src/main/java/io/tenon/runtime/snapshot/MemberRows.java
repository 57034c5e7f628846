package io.tenon.runtime.snapshot;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.JsonReader;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.consensus.ConfState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of a state that comes as etcd's database file. etcd up to 3.5 goes by the tree of its v2 store, which comes with a Raft snapshot
 * as JSON; its database lacks what members tell of themselves, and after a restore from a backup it still names the cluster of the backup. So
 * rows of the database count for those who are in the configuration, and the tree completes them.
 */
final class MemberRows {
    private static final Logger LOG = LoggerFactory.getLogger(MemberRows.class);
    /** More than any cluster has; what is read from a file has a limit. */
    private static final int MOST_ROWS = 10_000;

    private final Map<Long, ClusterMember> told;
    private final Map<Long, ClusterMember> rows = new TreeMap<>(Long::compareUnsigned);

    /** @param tree the v2 store as JSON, empty without one */
    MemberRows(String tree) {
        told = read(tree);
    }

    /** A row of the database's bucket. */
    void row(byte[] key, byte[] value) throws IOException {
        String id = new String(key, StandardCharsets.UTF_8);
        try {
            rows.put(MemberIds.parseHex(id), MemberJson.read(new String(value, StandardCharsets.UTF_8)).member());
        } catch (IllegalArgumentException bad) {
            throw new IOException("it names a member \"" + id + "\", which cannot be read: " + bad.getMessage(), bad);
        }
        if (rows.size() > MOST_ROWS) {
            throw new IOException("it names more than " + MOST_ROWS + " members");
        }
    }

    /** All ids that database or tree know. */
    Set<Long> ids() {
        Set<Long> ids = new TreeSet<>(Long::compareUnsigned);
        ids.addAll(rows.keySet());
        ids.addAll(told.keySet());
        return Collections.unmodifiableSet(ids);
    }

    /** The members of this configuration, by ascending id. */
    Map<Long, ClusterMember> of(ConfState configuration) {
        Map<Long, ClusterMember> members = new TreeMap<>(Long::compareUnsigned);
        configuration.learners().forEach(id -> complete(id).map(MemberRows::learning).ifPresent(member -> members.put(id, member)));
        configuration.voters().forEach(id -> complete(id).map(ClusterMember::promoted).ifPresent(member -> members.put(id, member)));
        rows.keySet().stream().filter(id -> !members.containsKey(id))
                .forEach(id -> LOG.info("a member that the database names is not of this cluster, and does not count member={}", MemberIds.hex(id)));
        return members;
    }

    private Optional<ClusterMember> complete(long id) {
        Optional<ClusterMember> row = Optional.ofNullable(rows.get(id));
        Optional<ClusterMember> node = Optional.ofNullable(told.get(id));
        return row.or(() -> node).map(member -> {
            String name = member.name().isEmpty() ? node.map(ClusterMember::name).orElse("") : member.name();
            var clientUrls = member.clientUrls().isEmpty() ? node.map(ClusterMember::clientUrls).orElse(member.clientUrls()) : member.clientUrls();
            var peerUrls = member.peerUrls().isEmpty() ? node.map(ClusterMember::peerUrls).orElse(member.peerUrls()) : member.peerUrls();
            return new ClusterMember(id, peerUrls, member.learner(), name, clientUrls);
        });
    }

    private static ClusterMember learning(ClusterMember member) {
        return new ClusterMember(member.id(), member.peerUrls(), true, member.name(), member.clientUrls());
    }

    private static Map<Long, ClusterMember> read(String tree) {
        Map<Long, ClusterMember> members = new TreeMap<>(Long::compareUnsigned);
        if (tree.isEmpty()) {
            return members;
        }
        try {
            Optional<JsonReader.Fields> nodes = JsonReader.object(tree).object("Root").flatMap(root -> child(root, "0"))
                    .flatMap(cluster -> child(cluster, "members")).flatMap(node -> node.object("Children"));
            for (String id : nodes.map(JsonReader.Fields::names).orElse(List.of())) {
                nodes.flatMap(all -> all.object(id)).flatMap(node -> member(id, node)).ifPresent(member -> members.put(member.id(), member));
            }
        } catch (IllegalArgumentException unreadable) {
            LOG.warn("the tree of the v2 store that comes with a database cannot be read error=\"{}\"", unreadable.getMessage());
        }
        return members;
    }

    private static Optional<ClusterMember> member(String id, JsonReader.Fields node) {
        return child(node, "raftAttributes").map(raft -> JsonReader.object(raft.text("Value"))).map(raft -> {
            Optional<JsonReader.Fields> attributes = child(node, "attributes").map(value -> JsonReader.object(value.text("Value")));
            return new ClusterMember(MemberIds.parseHex(id), raft.texts("peerURLs"), raft.flag("isLearner"),
                    attributes.map(fields -> fields.text("name")).orElse(""), attributes.map(fields -> fields.texts("clientURLs")).orElse(List.of()));
        });
    }

    private static Optional<JsonReader.Fields> child(JsonReader.Fields node, String name) {
        return node.object("Children").flatMap(children -> children.object(name));
    }
}
