package io.tenon.runtime.node;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.PeerProgress;
import io.tenon.spi.transport.PeerLinks;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Before a leader stops it hands leadership to the connected voter that has most of its log, so that the others need no election timeout. */
final class LastTransfer {
    private static final Logger LOG = LoggerFactory.getLogger(LastTransfer.class);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final NodeParts parts;
    private final PeerLinks links;
    private final Duration most;

    /** @param most how long the stop may be held up */
    LastTransfer(NodeParts parts, PeerLinks links, Duration most) {
        this.parts = parts;
        this.links = links;
        this.most = most;
    }

    /** Returns when another member leads, or there is no use in waiting for it. Blocks, so not on a loop. */
    void run() {
        Optional<Consensus> consensus = parts.consensus().get();
        if (consensus.filter(now -> now.status().isLeader()).isEmpty()) {
            return;
        }
        long deadlineNanos = System.nanoTime() + most.toNanos();
        AtomicBoolean nobody = new AtomicBoolean();
        boolean asked = parts.applyLoop().run(() -> {
            Set<Long> voters = voters();
            consensus.get().progress(progress -> begin(consensus.get(), voters, progress, nobody));
        });
        nobody.compareAndSet(false, !asked);
        while (!nobody.get() && consensus.get().status().isLeader() && System.nanoTime() - deadlineNanos < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        LOG.info("leadership before the stop leads={} leader={}", consensus.get().status().isLeader(),
                Long.toHexString(consensus.get().status().leader()));
    }

    /** Other members that may lead. Apply loop. */
    private Set<Long> voters() {
        if (!parts.machines().complete()) {
            return Set.of();
        }
        return parts.machines().membership().members().stream().filter(member -> !member.learner()).map(ClusterMember::id)
                .filter(id -> id != parts.identity().memberId()).collect(Collectors.toSet());
    }

    /** On the raft loop. */
    private void begin(Consensus consensus, Set<Long> voters, SortedMap<Long, PeerProgress> progress, AtomicBoolean nobody) {
        Optional<Long> heir = progress.entrySet().stream().filter(peer -> voters.contains(peer.getKey()))
                .filter(peer -> links.connectedForNanos(peer.getKey()).isPresent())
                .max(Comparator.comparingLong(peer -> peer.getValue().match())).map(Map.Entry::getKey);
        if (heir.isEmpty()) {
            nobody.set(true);
            return;
        }
        LOG.info("hands leadership over before the stop to={}", Long.toHexString(heir.get()));
        consensus.transferLeadership(heir.get());
    }
}
