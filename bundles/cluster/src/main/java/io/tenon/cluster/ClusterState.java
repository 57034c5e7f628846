package io.tenon.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.Refusal;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.wire.etcdserverpb.AlarmMember;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Membership and alarms, changed by entries, with their rows. The apply loop changes it; any thread reads {@link #membership()}. */
final class ClusterState {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterState.class);

    private final ClusterVersion serverVersion;
    private final ConfChangeRules rules;
    private final Alarms alarms = new Alarms();
    private volatile Membership membership = Membership.NONE;
    /** A fresh store lacks the row that etcd's auth store makes with the store itself. */
    private boolean authRevisionMissing;

    ClusterState(ClusterVersion serverVersion, ConfChangeRules rules) {
        this.serverVersion = serverVersion;
        this.rules = rules;
    }

    Membership membership() {
        return membership;
    }

    Alarms alarms() {
        return alarms;
    }

    /** Forgets everything, before the rows of a store are loaded. */
    void clear() {
        membership = Membership.NONE;
        alarms.clear();
        authRevisionMissing = true;
    }

    /** Everything that {@link #load} needs to make this state again. */
    List<Row> rows() {
        List<Row> rows = Row.all(membership);
        alarms.all().forEach(alarm -> rows.add(new Row(Bucket.ALARM, alarm.toByteArray(), Row.EMPTY)));
        if (!authRevisionMissing) {
            rows.add(Row.FIRST_AUTH_REVISION);
        }
        return rows;
    }

    /** @throws EngineCorruptException the row cannot be read */
    void load(Row row) {
        try {
            switch (row.bucket()) {
                case ALARM -> alarms.load(AlarmMember.parseFrom(row.key()));
                case AUTH -> authRevisionMissing = false;
                case CLUSTER, MEMBERS, MEMBERS_REMOVED, META -> membership = row.addTo(membership);
                case AUTH_ROLES, AUTH_USERS, KEY, LEASE, TENON, TENON_V2 -> throw new IllegalStateException("row of bucket " + row.bucket());
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            String key = new String(row.key(), StandardCharsets.UTF_8);
            throw new EngineCorruptException("row " + key + " of bucket " + row.bucket().bucketName() + " cannot be read", e);
        }
    }

    /** Refuses to serve a cluster that has agreed on a newer protocol than this server speaks. */
    void checkVersion() {
        membership.clusterVersion().ifPresent(this::checkVersion);
    }

    void apply(ApplyContext context, ClusterEntry entry) {
        switch (entry) {
            case ClusterEntry.MemberAttributes attributes -> apply(context, attributes);
            case ClusterEntry.Version(ClusterVersion version) -> {
                checkVersion(version);
                LOG.info("cluster version decided from={} to={}",
                        membership.clusterVersion().map(ClusterVersion::toString).orElse("none"), version);
                change(context, Row.of(version));
                context.ports().v2().mirrored(context, 1);
            }
            case ClusterEntry.DowngradeSet(Membership.Downgrade downgrade) -> {
                LOG.info("downgrade enabled={} target={}", downgrade.enabled(), downgrade.targetVersion());
                change(context, Row.of(downgrade));
            }
        }
    }

    /** Applies one step of a configuration change; the reason when it has no effect. */
    Optional<Refusal> apply(ApplyContext context, ConfChange.Step step, ByteString told) {
        writeAuthRevision(context);
        MemberJson.Context said = step.kind() == ConfChange.Kind.REMOVE
                ? new MemberJson.Context(new ClusterMember(step.nodeId(), List.of(), false, "", List.of()), false)
                : MemberJson.read(told.toStringUtf8());
        if (said.member().id() != step.nodeId()) {
            throw new IllegalStateException("configuration change of " + MemberIds.hex(step.nodeId()) + " speaks of " + told.toStringUtf8());
        }
        Optional<Refusal> refusal = rules.refusal(membership, step, said);
        if (refusal.isPresent()) {
            LOG.warn("configuration change refused member={} kind={} reason=\"{}\"", MemberIds.hex(step.nodeId()), step.kind(),
                    refusal.get().text());
            return refusal;
        }
        switch (step.kind()) {
            case ADD_VOTER, ADD_LEARNER -> change(context, Row.of(added(said)));
            case UPDATE -> change(context, Row.of(updated(said.member())));
            case REMOVE -> remove(context, step.nodeId());
        }
        // etcd's v2 store takes a member out and makes a node for the removed; the other kinds write one node.
        context.ports().v2().mirrored(context, step.kind() == ConfChange.Kind.REMOVE ? 2 : 1);
        LOG.info("configuration change member={} kind={} promotion={} members={}", MemberIds.hex(step.nodeId()), step.kind(),
                said.promotion(), membership.members().size());
        return refusal;
    }

    void store(ApplyContext context, ConfState confState) {
        writeAuthRevision(context);
        change(context, Row.of(confState));
    }

    private void apply(ApplyContext context, ClusterEntry.MemberAttributes told) {
        Optional<ClusterMember> member = membership.member(told.memberId());
        if (member.isPresent()) {
            LOG.info("member published member={} name={} client_urls={}", MemberIds.hex(told.memberId()), told.name(), told.clientUrls());
            change(context, Row.of(member.get().withAttributes(told.name(), told.clientUrls())));
            context.ports().v2().mirrored(context, 1);
        } else if (membership.removed().contains(told.memberId())) {
            LOG.warn("member published after its removal member={}", MemberIds.hex(told.memberId()));
        } else {
            throw new IllegalStateException("attributes of member " + MemberIds.hex(told.memberId()) + " that never was");
        }
    }

    private ClusterMember added(MemberJson.Context said) {
        return said.promotion() ? membership.member(said.member().id()).orElseThrow().promoted() : said.member();
    }

    /** Whether the member is a learner comes from the change, as in etcd: its proposer repeats it. */
    private ClusterMember updated(ClusterMember said) {
        ClusterMember before = membership.member(said.id()).orElseThrow();
        return new ClusterMember(said.id(), said.peerUrls(), said.learner(), before.name(), before.clientUrls());
    }

    private void remove(ApplyContext context, long id) {
        context.delete(Bucket.MEMBERS, Row.utf8(MemberIds.hex(id)));
        change(context, Row.ofRemoved(id));
    }

    private void change(ApplyContext context, Row row) {
        membership = row.addTo(membership);
        context.put(row.bucket(), row.key(), row.value());
    }

    /**
     * etcd makes this row when it makes the store, before any entry; it counts in Maintenance.Hash. No bundle owns the bucket yet, and the
     * first entry of every log is a configuration change, so it is written with that.
     */
    private void writeAuthRevision(ApplyContext context) {
        if (authRevisionMissing) {
            Row row = Row.FIRST_AUTH_REVISION;
            context.put(row.bucket(), row.key(), row.value());
            authRevisionMissing = false;
        }
    }

    private void checkVersion(ClusterVersion cluster) {
        Membership.Downgrade downgrade = membership.downgrade();
        boolean expected = downgrade.enabled() && ClusterVersion.of(downgrade.targetVersion()).isSameMinorAs(serverVersion);
        if (serverVersion.isOlderThan(cluster) && !expected) {
            throw new IllegalStateException("invalid downgrade; server version " + serverVersion
                    + " is lower than determined cluster version " + cluster);
        }
    }
}
