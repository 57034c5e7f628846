package io.tenon.chaos.history;

import java.util.List;
import java.util.OptionalLong;

/**
 * A lease from its grant until its client let it go or was told that it is gone.
 *
 * @param key       the only key that hangs on it
 * @param granted   when the client asked for it
 * @param renewals  when the client asked for those renewals that were granted, in order
 * @param lostNanos when a renewal was answered with "not found"
 */
public record LeaseLife(long id, String key, long ttlNanos, long granted, List<Long> renewals, OptionalLong lostNanos) {

    /** When it was last asked for with success before this time. */
    public long lastBefore(long nanos) {
        return renewals.stream().filter(renewal -> renewal - nanos < 0).reduce((one, later) -> later).orElse(granted);
    }
}
