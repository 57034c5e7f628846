package io.tenon.transport.local;

import io.tenon.spi.transport.LocalMember;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the members of one cluster meet. The map is the JVM's, so it holds JDK types alone: network and cluster, then member, then the parts
 * of a {@link Mailbox}. A network without members leaves nothing behind. Any thread.
 */
final class Rendezvous {
    /** System property under which the map hangs; the number is the form of what is in it, so bundles of different form do not meet. */
    static final String PROPERTY = "io.tenon.transport.local.1";

    private final String cluster;
    private final long self;
    private volatile Map<Long, Object[]> members = Map.of();

    Rendezvous(String network, LocalMember self) {
        cluster = network + "/" + Long.toHexString(self.clusterId());
        this.self = self.memberId();
    }

    @SuppressWarnings("unchecked")
    private static ConcurrentHashMap<String, Map<Long, Object[]>> clusters() {
        return (ConcurrentHashMap<String, Map<Long, Object[]>>) System.getProperties()
                .computeIfAbsent(PROPERTY, _ -> new ConcurrentHashMap<String, Map<Long, Object[]>>());
    }

    /** @throws IllegalStateException another member with this id is there */
    void join(Mailbox mailbox) {
        members = clusters().compute(cluster, (_, there) -> {
            Map<Long, Object[]> all = there == null ? new ConcurrentHashMap<>() : there;
            if (all.putIfAbsent(self, mailbox.parts()) != null) {
                throw new IllegalStateException("member " + Long.toHexString(self) + " is already in network " + cluster);
            }
            return all;
        });
    }

    void leave() {
        members = Map.of();
        clusters().computeIfPresent(cluster, (_, there) -> {
            there.remove(self);
            return there.isEmpty() ? null : there;
        });
    }

    Optional<Mailbox> find(long member) {
        return Optional.ofNullable(members.get(member)).map(Mailbox::of).filter(Mailbox::isOpen);
    }
}
