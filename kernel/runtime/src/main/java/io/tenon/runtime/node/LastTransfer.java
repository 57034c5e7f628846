package io.tenon.runtime.node;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.Consensus;
import io.tenon.spi.transport.PeerLinks;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Before a leader stops it hands leadership to the voter that it is connected to the longest, so that the others need no election timeout. */
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
        if (!begin(consensus.get())) {
            return;
        }
        while (consensus.get().status().isLeader() && System.nanoTime() - deadlineNanos < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        LOG.info("leadership before the stop leads={} leader={}", consensus.get().status().isLeader(),
                Long.toHexString(consensus.get().status().leader()));
    }

    /** False when there is nobody to hand over to. */
    private boolean begin(Consensus consensus) {
        AtomicBoolean begun = new AtomicBoolean();
        CountDownLatch looked = new CountDownLatch(1);
        boolean asked = parts.applyLoop().run(() -> {
            Optional<ClusterMember> heir = parts.machines().complete() ? heir(parts.machines().membership().members()) : Optional.empty();
            heir.ifPresent(member -> {
                LOG.info("hands leadership over before the stop to={}", Long.toHexString(member.id()));
                consensus.transferLeadership(member.id());
                begun.set(true);
            });
            looked.countDown();
        });
        try {
            return asked && looked.await(most.toNanos(), TimeUnit.NANOSECONDS) && begun.get();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Optional<ClusterMember> heir(List<ClusterMember> members) {
        return members.stream()
                .filter(member -> !member.learner() && member.id() != parts.identity().memberId() && links.connectedForNanos(member.id()).isPresent())
                .max(Comparator.comparingLong(member -> links.connectedForNanos(member.id()).orElse(0)));
    }
}
