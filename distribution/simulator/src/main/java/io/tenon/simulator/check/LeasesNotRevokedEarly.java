package io.tenon.simulator.check;

import io.tenon.simulator.Violation;
import io.tenon.simulator.world.Schedule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A lease lives at least for its time after each renewal that the leader acknowledged, as measured by the fastest clock there may be; unless
 * a client revokes it. Source: etcd's contract of Lease; the reference on leases.
 */
public final class LeasesNotRevokedEarly {
    /** No clock of a simulation is faster than real time by more than this. */
    public static final double FASTEST_CLOCK = 1.05;
    private static final double NANOS = 1e9;

    private final Schedule schedule;
    private final Map<Long, Long> aliveUntil = new HashMap<>();
    private final Set<Long> released = new HashSet<>();

    public LeasesNotRevokedEarly(Schedule schedule) {
        this.schedule = schedule;
    }

    /** A grant or a renewal was acknowledged; it was asked for at this time, so the leader granted it later. */
    public void renewed(long lease, long ttlSeconds, long askedNanos) {
        long until = askedNanos + (long) (ttlSeconds * NANOS / FASTEST_CLOCK);
        aliveUntil.merge(lease, until, Math::max);
    }

    /** A client asks for its end, so it may end at any time. */
    public void released(long lease) {
        released.add(lease);
    }

    /** True when no client has asked for its end: its time is over, or it should not be revoked. */
    boolean isHeld(long lease) {
        return !released.contains(lease);
    }

    void revoked(long lease) {
        long until = aliveUntil.getOrDefault(lease, 0L);
        if (!released.contains(lease) && schedule.nowNanos() < until) {
            throw new Violation("LeasesNotRevokedEarly", "lease %x is revoked %.3f s before its end".formatted(lease, (until - schedule.nowNanos()) / NANOS));
        }
    }
}
