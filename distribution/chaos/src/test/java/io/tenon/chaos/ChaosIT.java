package io.tenon.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.chaos.fault.FaultKind;
import io.tenon.chaos.load.Settings;
import io.tenon.chaos.member.MemberKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code distribution/chaos/chaos}: {@code -Dtenon.chaos.members}, {@code .without}, {@code .seconds}, {@code .seed}. */
class ChaosIT {
    private static final long SEED = Long.getLong("tenon.chaos.seed", ThreadLocalRandom.current().nextLong(1L << 40));
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("tenon.chaos.seconds", 40));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void clusterUnderFaultsShowsItsClientsNothingWrong() throws Exception {
        List<MemberKind> members = Stream.of(System.getProperty("tenon.chaos.members", "tenon,tenon,tenon").split(",")).map(MemberKind::of).toList();
        Programs.require(members);
        List<String> without = List.of(System.getProperty("tenon.chaos.without", "CHURN").split(","));
        List<FaultKind> faults = Stream.of(FaultKind.values()).filter(kind -> !without.contains(kind.name())).toList();
        System.err.println("again: -Dtenon.chaos.seed=" + SEED);
        Report report = new Torment(new Plan(members, Plan.usualFlags(), faults, Settings.usual(SEED), LENGTH, LENGTH), folder, System.err).run();
        report.print(System.err);
        assertEquals(List.of(), report.complaints(), "seed " + SEED);
        assertTrue(report.answered() > 1_000, "hardly anything was answered: " + report.answered());
        assertTrue(report.faults().size() > 1, "hardly anything happened: " + report.faults());
    }
}
