package io.tenon.simulator.network;

import io.tenon.simulator.world.Chance;

/**
 * How the network is.
 *
 * @param loss         probability that a message is lost
 * @param duplication  probability that it arrives twice
 * @param leastNanos   shortest delay
 * @param meanNanos    mean of what comes on top; messages overtake one another when it is large
 * @param strays       probability that a message takes much longer, so that it comes when nobody expects it any more
 * @param reports      probability that the sender is told of a message that could not be delivered
 * @param nanosPerByte of what is large
 */
public record Weather(double loss, double duplication, long leastNanos, long meanNanos, double strays, double reports, long nanosPerByte) {
    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;
    private static final int STRAY_FACTOR = 300;

    public static final Weather FAIR = new Weather(0, 0, 100 * MICROSECOND, 200 * MICROSECOND, 0, 1, 10);

    /** As bad as the chance has it, often in one way only. */
    public static Weather drawn(Chance chance) {
        double loss = chance.happens(0.5) ? 0 : chance.fraction() * 0.2;
        double duplication = chance.happens(0.6) ? 0 : chance.fraction() * 0.3;
        long mean = chance.happens(0.5) ? 300 * MICROSECOND : chance.between(MILLISECOND, 60 * MILLISECOND);
        double strays = chance.happens(0.6) ? 0 : chance.fraction() * 0.02;
        return new Weather(loss, duplication, 50 * MICROSECOND, mean, strays, chance.fraction(), chance.between(1, 1000));
    }

    long delayNanos(Chance chance) {
        long delay = leastNanos + chance.exponentialNanos(meanNanos);
        return chance.happens(strays) ? delay * STRAY_FACTOR : delay;
    }
}
