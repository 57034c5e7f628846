package io.tenon.simulator.check;

import io.tenon.api.consensus.Entry;
import io.tenon.runtime.proposal.RequestCodec;
import io.tenon.simulator.Violation;
import io.tenon.simulator.world.Schedule;
import io.tenon.spi.log.LogAppend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A lease lives at least for its time after each renewal that the leader acknowledged, as measured by the fastest clock there may be; unless
 * a client revokes it. What counts is when its end was logged: a renewal that comes later, at a leader that inherited that entry, is too late, in
 * etcd as here. Source: etcd's contract of Lease; the reference on leases.
 */
public final class LeasesNotRevokedEarly implements Invariant {
    /** No clock of a simulation is faster than real time by more than this. */
    public static final double FASTEST_CLOCK = 1.05;
    private static final double NANOS = 1e9;

    private final Schedule schedule;
    private final Map<Long, List<Renewal>> renewals = new HashMap<>();
    private final Set<Long> released = new HashSet<>();
    /** When an entry was in some log for the first time. */
    private final Map<Place, Long> loggedNanos = new HashMap<>();

    private record Renewal(long askedNanos, long untilNanos) {
    }

    private record Place(long term, long index) {
    }

    public LeasesNotRevokedEarly(Schedule schedule) {
        this.schedule = schedule;
    }

    @Override
    public void accepted(long member, LogAppend append) {
        for (Entry entry : append.entries()) {
            loggedNanos.putIfAbsent(new Place(entry.term(), entry.index()), schedule.nowNanos());
        }
    }

    /** A grant or a renewal was acknowledged; it was asked for at this time, so the leader granted it later. */
    public void renewed(long lease, long ttlSeconds, long askedNanos) {
        renewals.computeIfAbsent(lease, id -> new ArrayList<>()).add(new Renewal(askedNanos, askedNanos + (long) (ttlSeconds * NANOS / FASTEST_CLOCK)));
    }

    /** A client asks for its end, so it may end at any time. */
    public void released(long lease) {
        released.add(lease);
    }

    void revoked(long lease, Entry by) {
        if (released.contains(lease)) {
            return;
        }
        long atNanos = loggedNanos.get(new Place(by.term(), by.index()));
        for (Renewal renewal : renewals.getOrDefault(lease, List.of())) {
            if (renewal.askedNanos < atNanos && atNanos < renewal.untilNanos) {
                throw new Violation(name(), "lease %x is revoked %.3f s before its end by entry %d of term %d: %s"
                        .formatted(lease, (renewal.untilNanos - atNanos) / NANOS, by.index(), by.term(), RequestCodec.parse(by.data())));
            }
        }
    }
}
