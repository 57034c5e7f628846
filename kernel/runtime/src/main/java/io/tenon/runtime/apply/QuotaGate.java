package io.tenon.runtime.apply;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.runtime.proposal.Admission;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** Refuses what would grow the store beyond its quota, and asks once for the alarm that tells the operators. */
public final class QuotaGate implements Admission {
    private final long quotaBytes;
    private final LongSupplier storeBytes;
    private final Runnable raiseAlarm;
    private final AtomicBoolean raised = new AtomicBoolean();

    /**
     * @param storeBytes size of the store now; any thread
     * @param raiseAlarm proposes the NOSPACE alarm of this member
     */
    public QuotaGate(long quotaBytes, LongSupplier storeBytes, Runnable raiseAlarm) {
        this.quotaBytes = quotaBytes;
        this.storeBytes = storeBytes;
        this.raiseAlarm = raiseAlarm;
    }

    @Override
    public Optional<Refusal> check(RequestKind kind, InternalRaftRequest request) {
        long cost = RequestCost.of(kind, request);
        if (cost == 0 || storeBytes.getAsLong() + cost < quotaBytes) {
            return Optional.empty();
        }
        if (raised.compareAndSet(false, true)) {
            raiseAlarm.run();
        }
        return Optional.of(Refusals.NO_SPACE);
    }

    /** The alarm was taken back: the next request over the quota raises it again. */
    public void rearm() {
        raised.set(false);
    }
}
