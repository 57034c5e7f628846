package io.tenon.simulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.simulator.disk.EngineKind;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Seeds that nobody has run before, in every build; they are printed, with the command that runs them again. */
class CampaignIT {

    @Test
    void nothingIsViolatedInSeedsByChance() throws InterruptedException {
        Duration time = Duration.ofSeconds(Long.getLong("tenon.simulation.seconds", 120));
        long first = ThreadLocalRandom.current().nextLong(1L << 40);
        Campaign.Extent extent = Campaign.Extent.lasting(first, EngineKind.STRICT, time);
        int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
        assertTrue(new Campaign(extent, threads, Campaign.OnViolation.STOP, System.out).run(), "see the violation above");
    }
}
