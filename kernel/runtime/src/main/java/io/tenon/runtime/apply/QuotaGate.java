package io.tenon.runtime.apply;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.runtime.proposal.Admission;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Refuses what would grow the store beyond its quota, and raises the alarm that tells the operators. An alarm that could not be raised, or
 * that any member took back, is raised again by the next request over the quota.
 */
public final class QuotaGate implements Admission {
    private final long quotaBytes;
    private final LongSupplier storeBytes;
    private final BooleanSupplier alarmActive;
    private final Consumer<Runnable> raiseAlarm;
    /** An alarm was proposed and not answered yet. */
    private final AtomicBoolean raising = new AtomicBoolean();

    /**
     * @param storeBytes  size of the store now; any thread
     * @param alarmActive whether the NOSPACE alarm is raised; any thread
     * @param raiseAlarm  proposes the NOSPACE alarm of this member and runs what it is given when that is answered
     */
    public QuotaGate(long quotaBytes, LongSupplier storeBytes, BooleanSupplier alarmActive, Consumer<Runnable> raiseAlarm) {
        this.quotaBytes = quotaBytes;
        this.storeBytes = storeBytes;
        this.alarmActive = alarmActive;
        this.raiseAlarm = raiseAlarm;
    }

    @Override
    public Optional<Refusal> check(RequestKind kind, InternalRaftRequest request) {
        long cost = RequestCost.of(kind, request);
        if (cost == 0 || storeBytes.getAsLong() + cost < quotaBytes) {
            return Optional.empty();
        }
        if (!alarmActive.getAsBoolean() && raising.compareAndSet(false, true)) {
            raiseAlarm.accept(() -> raising.set(false));
        }
        return Optional.of(Refusals.NO_SPACE);
    }
}
