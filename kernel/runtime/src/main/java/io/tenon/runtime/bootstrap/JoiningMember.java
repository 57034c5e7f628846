package io.tenon.runtime.bootstrap;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.config.UrlAddress;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member that was added to a running cluster: the others know its id. Its log begins without entries; the members that it found are those
 * its transport serves until the log tells it more.
 */
final class JoiningMember {
    private static final Logger LOG = LoggerFactory.getLogger(JoiningMember.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final NodeConfig config;
    private final PeerQuestions questions;
    private final Addresses addresses;

    JoiningMember(NodeConfig config, PeerQuestions questions, Addresses addresses) {
        this.config = config;
        this.questions = questions;
        this.addresses = addresses;
    }

    /** What such a member starts with. */
    record Joined(LogBeginning beginning, List<ClusterMember> members) {
    }

    Joined join() throws StartRefused {
        List<URI> others = addressesOfOthers();
        RemoteCluster cluster = ask(others).findFirst().orElseThrow(() -> new StartRefused("cannot fetch cluster info from peer urls: could not retrieve cluster "
                        + "information from the given URLs " + others + "; check that --initial-cluster names running members"));
        long self = ownId(cluster);
        new RunningVersions(config.compat(), questions).check(cluster.members().stream().filter(member -> member.id() != self).toList());
        return new Joined(LogBeginning.empty(new LogIdentity(self, cluster.clusterId())), cluster.members());
    }

    private List<URI> addressesOfOthers() {
        return config.bootstrap().initialCluster().entrySet().stream().filter(member -> !member.getKey().equals(config.name()))
                .flatMap(member -> member.getValue().stream()).toList();
    }

    private Stream<RemoteCluster> ask(List<URI> others) {
        return questions.ask(others, RemoteCluster.PATH, LIMIT).stream().map(RemoteCluster::of).flatMap(Optional::stream);
    }

    /** The members of the cluster that one which joined belongs to, if somebody answers who knows of it. */
    Optional<List<ClusterMember>> others(LogIdentity joined) {
        Optional<List<ClusterMember>> members = ask(addressesOfOthers())
                .filter(cluster -> cluster.clusterId() == joined.clusterId() && cluster.member(joined.memberId()).isPresent())
                .map(RemoteCluster::members).findFirst();
        LOG.info("this member joined and has heard nothing of its cluster yet, so others were asked again member={} found={}",
                Long.toHexString(joined.memberId()), members.map(List::size).orElse(0));
        return members;
    }

    /** The flags and the cluster must name the same members; which is which is told by their addresses. */
    private long ownId(RemoteCluster cluster) throws StartRefused {
        if (cluster.members().size() != config.bootstrap().initialCluster().size()) {
            throw mismatch(cluster, "member count is unequal");
        }
        List<ClusterMember> left = new ArrayList<>(cluster.members());
        Optional<ClusterMember> self = Optional.empty();
        for (var member : config.bootstrap().initialCluster().entrySet()) {
            Set<String> wanted = addresses.resolve(member.getValue());
            ClusterMember match = left.stream().filter(other -> addresses.resolveTexts(other.peerUrls()).equals(wanted)).findFirst()
                    .orElseThrow(() -> mismatch(cluster, "no member of it has the peer URLs of " + member.getKey() + " " + member.getValue()));
            left.remove(match);
            self = member.getKey().equals(config.name()) ? Optional.of(match) : self;
        }
        return self.orElseThrow(() -> mismatch(cluster, "no member of it is " + config.name())).id();
    }

    private static StartRefused mismatch(RemoteCluster cluster, String why) {
        return new StartRefused("error validating peerURLs {ClusterID:" + Long.toHexString(cluster.clusterId()) + " Members:["
                + cluster.members().stream().map(JoiningMember::text).collect(Collectors.joining(" ")) + "] RemovedMemberIDs:[]}: " + why);
    }

    private static String text(ClusterMember member) {
        return "&{ID:" + Long.toHexString(member.id()) + " RaftAttributes:{PeerURLs:" + spaced(member.peerUrls()) + " IsLearner:" + member.learner()
                + "} Attributes:{Name:" + member.name() + " ClientURLs:" + spaced(member.clientUrls()) + "}}";
    }

    private static String spaced(Collection<String> texts) {
        return "[" + String.join(" ", texts) + "]";
    }

    /** URLs with their hosts as addresses, so that different names of one address are the same. */
    interface Addresses {

        /** The address of a host, or the name itself when it has none. */
        String of(String host);

        default Set<String> resolve(Collection<URI> urls) {
            return resolveTexts(urls.stream().map(URI::toString).toList());
        }

        /** What is no URL stands for itself. */
        default Set<String> resolveTexts(Collection<String> urls) {
            return urls.stream().map(this::resolved).collect(Collectors.toCollection(TreeSet::new));
        }

        private String resolved(String text) {
            try {
                URI url = URI.create(text);
                return UrlAddress.of(url).map(address -> url.getScheme() + "://" + of(address.host()) + ":" + address.port()).orElse(text);
            } catch (IllegalArgumentException noUrl) {
                return text;
            }
        }
    }
}
