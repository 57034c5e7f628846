package io.tenon.cluster;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.ConfStateJson;
import io.tenon.api.cluster.JsonReader;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.consensus.ConfState;
import io.tenon.spi.storage.Bucket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One row of the cluster's state as etcd stores it (reference: disk, bolt file, etcd content). The arrays are never changed. */
record Row(Bucket bucket, byte[] key, byte[] value) {
    static final byte[] EMPTY = {};
    /** What etcd's auth store writes when it makes a store: nothing was changed yet. */
    static final Row FIRST_AUTH_REVISION = new Row(Bucket.AUTH, utf8("authRevision"), new byte[] {0, 0, 0, 0, 0, 0, 0, 1});
    static final byte[] CONF_STATE_KEY = utf8("confState");
    static final String CLUSTER_VERSION = "clusterVersion";
    static final String DOWNGRADE = "downgrade";
    private static final String REMOVED = "removed";

    static Row of(ClusterMember member) {
        return new Row(Bucket.MEMBERS, utf8(MemberIds.hex(member.id())), utf8(MemberJson.write(member)));
    }

    static Row ofRemoved(long id) {
        return new Row(Bucket.MEMBERS_REMOVED, utf8(MemberIds.hex(id)), utf8(REMOVED));
    }

    static Row of(ClusterVersion version) {
        return new Row(Bucket.CLUSTER, utf8(CLUSTER_VERSION), utf8(version.toString()));
    }

    static Row of(Membership.Downgrade downgrade) {
        StringBuilder json = MemberJson.appendText(new StringBuilder("{\"target-version\":"), downgrade.targetVersion());
        json.append(",\"enabled\":").append(downgrade.enabled()).append('}');
        return new Row(Bucket.CLUSTER, utf8(DOWNGRADE), utf8(json.toString()));
    }

    static Row of(ConfState confState) {
        return new Row(Bucket.META, CONF_STATE_KEY, utf8(ConfStateJson.write(confState)));
    }

    /** Everything a membership is stored as. */
    static List<Row> all(Membership membership) {
        List<Row> rows = new ArrayList<>();
        membership.members().forEach(member -> rows.add(of(member)));
        membership.removed().forEach(id -> rows.add(ofRemoved(id)));
        membership.clusterVersion().ifPresent(version -> rows.add(of(version)));
        rows.add(of(membership.downgrade()));
        rows.add(of(membership.confState()));
        return rows;
    }

    /**
     * Adds what this row says. Rows of other owners, or of a newer version, say nothing.
     *
     * @throws IllegalArgumentException the row cannot be read
     */
    Membership addTo(Membership membership) {
        String text = new String(value, StandardCharsets.UTF_8);
        String name = new String(key, StandardCharsets.UTF_8);
        return switch (bucket) {
            case MEMBERS -> membership.with(MemberJson.read(text).member());
            case MEMBERS_REMOVED -> membership.withRemoved(MemberIds.parseHex(name));
            case CLUSTER -> switch (name) {
                case CLUSTER_VERSION -> membership.with(ClusterVersion.of(text));
                case DOWNGRADE -> membership.with(downgrade(text));
                default -> membership;
            };
            case META -> Arrays.equals(key, CONF_STATE_KEY) ? membership.with(ConfStateJson.read(text)) : membership;
            case ALARM, AUTH, AUTH_ROLES, AUTH_USERS, KEY, LEASE, TENON, TENON_V2 -> membership;
        };
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Membership.Downgrade downgrade(String json) {
        JsonReader.Fields fields = JsonReader.object(json);
        return new Membership.Downgrade(fields.text("target-version"), fields.flag("enabled"));
    }
}
