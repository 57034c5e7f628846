package io.tenon.simulator.load;

import io.tenon.simulator.world.Chance;

/**
 * What clients do.
 *
 * @param clients    that work at once
 * @param keys       they work on
 * @param thinkNanos mean of the time between two operations of a client
 * @param watchers   streams that are open
 * @param readShare  share of reads; the rest writes
 * @param leaseShare share of operations that have to do with leases
 * @param compactShare share of compactions
 */
public record Workload(int clients, int keys, long thinkNanos, int watchers, double readShare, double leaseShare, double compactShare) {

    public static Workload drawn(Chance chance) {
        // Dense, so that much happens within the moments in which something is wrong; or sparse, so that the rest goes further apart.
        long thinkMillis = chance.happens(0.5) ? chance.between(2, 30) : chance.between(20, 300);
        return new Workload(1 + chance.below(5), 1 + chance.below(8), thinkMillis * 1_000_000, chance.below(4), 0.2 + 0.5 * chance.fraction(),
                chance.happens(0.4) ? 0 : 0.5 * chance.fraction(), chance.happens(0.4) ? 0 : 0.05 * chance.fraction());
    }
}
