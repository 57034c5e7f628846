package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.wire.etcdserverpb.EmptyResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proposes what this member has to say about the cluster: its own attributes once after each start, and, while it leads, the cluster's version,
 * after asking all servers for theirs. In a fresh log the attributes come first, as in etcd's. One proposal is on its way at a time. Apply loop.
 */
final class Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final long RETRY_NANOS = Duration.ofMillis(500).toNanos();
    /** How often a leader asks for versions; 3.6 looks every 5 s whether a downgrade is done, which is as good. */
    private static final long PERIOD_NANOS = Duration.ofSeconds(4).toNanos();

    private final Proposals proposals;
    private final PeerCalls calls;
    private final Compat compat;
    private final VersionRules rules;
    private final String name;
    private final List<String> clientUrls;
    private boolean published;
    private boolean underway;
    /** Set when a proposal was refused, until the next tick turns it into a time to try again. */
    private boolean refused;
    private Optional<Long> retryAtNanos = Optional.empty();
    /** The term in which versions were asked for, and when they are to be asked for again. */
    private long polledTerm;
    private long pollAtNanos;
    private Optional<VersionPoll> poll = Optional.empty();
    /** What the last round came to, until it is proposed. */
    private Optional<ClusterEntry> decided = Optional.empty();

    Announcer(Proposals proposals, PeerCalls calls, NodeConfig config) {
        this.proposals = proposals;
        this.calls = calls;
        compat = config.compat();
        rules = new VersionRules(compat);
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

    /**
     * @param applied of the last applied entry
     * @param header  who this member is, in the newest term
     */
    void tick(Membership membership, LogMark applied, ResponseHeader header, long nowNanos) {
        if (refused) {
            refused = false;
            retryAtNanos = Optional.of(nowNanos + RETRY_NANOS);
        }
        if (proposals.leader() == 0) {
            return;
        }
        if (proposals.leader() == header.getMemberId()) {
            askForVersions(membership, applied, header, nowNanos);
        } else {
            poll = Optional.empty();
            decided = Optional.empty();
        }
        if (!underway && retryAtNanos.filter(at -> nowNanos - at < 0).isEmpty()) {
            retryAtNanos = Optional.empty();
            next(membership, header.getMemberId()).ifPresent(this::propose);
        }
    }

    private Optional<ClusterEntry> next(Membership membership, long self) {
        Optional<ClusterMember> member = membership.member(self);
        if (!published) {
            // A member that joins is not in its own membership before it has applied the change that added it.
            return member.map(known -> new ClusterEntry.MemberAttributes(known.id(), name, clientUrls));
        }
        Optional<ClusterEntry> now = decided;
        decided = Optional.empty();
        return now;
    }

    /** With the first entry of a term that is applied, then every few seconds. What was applied since may have changed what is to be said. */
    private void askForVersions(Membership membership, LogMark applied, ResponseHeader header, long nowNanos) {
        boolean first = polledTerm != header.getRaftTerm() && applied.term() == header.getRaftTerm();
        boolean again = polledTerm == header.getRaftTerm() && nowNanos - pollAtNanos >= 0;
        boolean known = membership.member(header.getMemberId()).isPresent();
        if (known && poll.isEmpty() && (first || again) && !underway) {
            polledTerm = header.getRaftTerm();
            pollAtNanos = nowNanos + PERIOD_NANOS;
            poll = Optional.of(VersionPoll.begin(calls,
                    membership.members().stream().filter(member -> member.id() != header.getMemberId()).toList(), nowNanos));
        }
        if (poll.isPresent() && poll.get().isOver(nowNanos)) {
            List<Optional<ClusterVersion>> versions = new ArrayList<>(poll.get().versions());
            versions.add(Optional.of(ClusterVersion.of(compat.serverVersion())));
            decided = rules.next(membership, versions);
            poll = Optional.empty();
        }
    }

    private void propose(ClusterEntry entry) {
        underway = true;
        InternalRaftRequest request = entry.proposal(compat, proposals.nextId());
        Reply<EmptyResponse> reply = reply(entry);
        switch (entry) {
            case ClusterEntry.MemberAttributes attributes -> proposals.propose(request, reply);
            case ClusterEntry.Version version -> proposals.proposeWhileLeading(request, reply);
            case ClusterEntry.DowngradeSet downgrade -> proposals.proposeWhileLeading(request, reply);
        }
    }

    private Reply<EmptyResponse> reply(ClusterEntry entry) {
        return new Reply<>() {

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
        };
    }
}
