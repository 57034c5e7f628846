package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.EmptyResponse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proposes what this member has to say about itself: its attributes once after each start, and the cluster's version while it leads.
 * In a fresh log the attributes come first, as in etcd's. One proposal is on its way at a time. Apply loop.
 */
final class Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final long RETRY_NANOS = Duration.ofMillis(500).toNanos();

    /** What a cluster speaks before its members know one another. */
    private static final ClusterVersion LOWEST = new ClusterVersion(3, 0, 0);

    private final Proposals proposals;
    private final Compat compat;
    private final String name;
    private final List<String> clientUrls;
    private boolean published;
    private boolean underway;
    /** Set when a proposal was refused, until the next tick turns it into a time to try again. */
    private boolean refused;
    private Optional<Long> retryAtNanos = Optional.empty();

    Announcer(Proposals proposals, NodeConfig config) {
        this.proposals = proposals;
        compat = config.compat();
        name = config.name();
        clientUrls = config.urls().advertiseClient().stream().map(URI::toString).toList();
    }

    /** True when the attributes of this start are in the log. */
    boolean published() {
        return published;
    }

    /** An older version of this bundle has published for this start. */
    void alreadyPublished() {
        published = true;
    }

    void tick(Membership membership, long nowNanos) {
        if (refused) {
            refused = false;
            retryAtNanos = Optional.of(nowNanos + RETRY_NANOS);
        }
        if (underway || proposals.leader() == 0 || retryAtNanos.filter(at -> nowNanos - at < 0).isPresent()) {
            return;
        }
        retryAtNanos = Optional.empty();
        next(membership).ifPresent(this::propose);
    }

    private Optional<ClusterEntry> next(Membership membership) {
        long self = proposals.header(0).getMemberId();
        Optional<ClusterMember> member = membership.member(self);
        if (!published) {
            // A member that joins is not in its own membership before it has applied the change that added it.
            return member.map(known -> new ClusterEntry.MemberAttributes(known.id(), name, clientUrls));
        }
        return proposals.leader() == self ? nextVersion(membership).map(ClusterEntry.Version::new) : Optional.empty();
    }

    /**
     * The lowest version of all members' servers. A member that is alone knows them all; until one that is not can ask the others, it begins with
     * the lowest there is, as etcd does when it does not reach them all, and leaves the version where it is.
     */
    private Optional<ClusterVersion> nextVersion(Membership membership) {
        boolean alone = membership.members().size() == 1;
        ClusterVersion known = alone ? ClusterVersion.of(compat.clusterVersion()) : LOWEST;
        boolean raises = membership.clusterVersion().map(version -> version.compareTo(known) < 0).orElse(true);
        return raises ? Optional.of(known) : Optional.empty();
    }

    private void propose(ClusterEntry entry) {
        underway = true;
        proposals.propose(entry.proposal(compat, proposals.nextId()), new Reply<EmptyResponse>() {

            @Override
            public void accept(EmptyResponse answer) {
                underway = false;
                published |= entry instanceof ClusterEntry.MemberAttributes;
            }

            @Override
            public void refuse(Refusal refusal) {
                LOG.warn("proposal about the cluster refused, will try again entry={} reason=\"{}\"", entry, refusal.text());
                underway = false;
                refused = true;
            }
        });
    }
}
