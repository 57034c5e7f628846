package io.tenon.runtime.apply;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.runtime.proposal.Admission;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Refuses proposals while too many committed entries wait to be applied, as etcd does. */
public final class LagGate implements Admission {
    /** etcd's limit. */
    public static final long MOST_ENTRIES_BEHIND = 5_000;

    private final LongSupplier entriesBehind;
    private final Admission next;

    /** @param entriesBehind committed and not applied, 0 while a state machine is being replaced; any thread */
    public LagGate(LongSupplier entriesBehind, Admission next) {
        this.entriesBehind = entriesBehind;
        this.next = next;
    }

    @Override
    public Optional<Refusal> check(RequestKind kind, InternalRaftRequest request) {
        return entriesBehind.getAsLong() > MOST_ENTRIES_BEHIND ? Optional.of(Refusals.TOO_MANY_REQUESTS) : next.check(kind, request);
    }
}
