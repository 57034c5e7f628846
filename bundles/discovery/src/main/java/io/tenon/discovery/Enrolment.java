package io.tenon.discovery;

import io.tenon.api.cluster.MemberIds;
import io.tenon.spi.discovery.ClusterDiscovery.Registration;
import io.tenon.spi.discovery.DiscoveryException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a member registers, as etcd 3.6 does: the first members, by the revisions that created their keys, are the cluster; how many, the
 * operator has stored before. Whoever comes later is refused.
 */
final class Enrolment {
    private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);
    private static final String ROOT = "/_etcd/registry/";
    /**
     * How often the registry is asked who is there. A watch would spare these few small reads, and would have to be taken up again after every
     * loss of the connection, compaction and restart.
     */
    static final Duration LOOK = Duration.ofMillis(500);

    private final Registry registry;
    private final Pauses pauses;
    private final String root;

    Enrolment(Registry registry, Pauses pauses, String token) {
        this.registry = registry;
        this.pauses = pauses;
        root = ROOT + token;
    }

    /** The members in the form of {@code --initial-cluster}, in the order in which they came. */
    String enrol(Registration self) throws DiscoveryException, InterruptedException {
        int size = size();
        String key = root + "/members/" + MemberIds.hex(self.memberId());
        int seen = 0;
        while (true) {
            List<Registry.Row> members = members();
            Optional<Registry.Row> own = members.stream().filter(member -> member.key().equals(key)).findFirst();
            int place = own.map(members::indexOf).orElse(members.size());
            if (place >= size) {
                throw new DiscoveryException("discovery: cluster is full");
            }
            if (members.size() >= size) {
                return members.subList(0, size).stream().map(Registry.Row::value).collect(Collectors.joining(","));
            }
            if (own.isEmpty() || !own.get().value().equals(self.entry())) {
                registry.put(key, self.entry());
                LOG.info("registered as a member of the new cluster key={} entry={}", key, self.entry());
                continue;
            }
            if (members.size() != seen) {
                seen = members.size();
                LOG.info("waiting for members of the new cluster found={} size={}", seen, size);
            }
            pauses.pause(LOOK);
        }
    }

    private int size() throws DiscoveryException, InterruptedException {
        String key = root + "/_config/size";
        String text = registry.get(key).orElseThrow(() -> new DiscoveryException("discovery: size key not found: store the number of members "
                + "under " + key));
        try {
            int size = Integer.parseInt(text);
            if (size > 0) {
                return size;
            }
        } catch (NumberFormatException notANumber) {
            throw badSize(key, text);
        }
        throw badSize(key, text);
    }

    private static DiscoveryException badSize(String key, String text) {
        return new DiscoveryException("discovery: size key is bad: " + key + " is \"" + text + "\" and has to be the number of members");
    }

    private List<Registry.Row> members() throws DiscoveryException, InterruptedException {
        return registry.list(root + "/members/").stream().sorted(Comparator.comparingLong(Registry.Row::createRevision)
                .thenComparing(Registry.Row::key)).toList();
    }
}
