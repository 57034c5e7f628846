package io.tenon.simulator;

import io.tenon.simulator.disk.EngineKind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs seeds, or one of them to look at. */
@Command(name = "simulate", mixinStandardHelpOptions = true, sortOptions = false, versionProvider = SimulateCommand.Version.class,
        description = "Runs whole clusters on one thread, in virtual time. A seed decides cluster, load and faults; whatever may not happen is "
                + "reported with the command that runs it again.",
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:nothing was violated", "1:a violation was found", "2:bad arguments"})
final class SimulateCommand implements Callable<Integer> {

    @Option(names = "--seed", paramLabel = "N", description = "run this one seed and say how it ended")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--trace", description = "with --seed: print everything that happens")
    private boolean trace;

    @Option(names = "--from", paramLabel = "N", description = "first seed of a campaign (default: by chance, printed)")
    private Optional<Long> from = Optional.empty();

    @Option(names = "--count", paramLabel = "N", description = "how many seeds (default: ${DEFAULT-VALUE})")
    private long count = 1_000;

    @Option(names = "--minutes", paramLabel = "M", description = "stop after this time instead of a number of seeds; fractions allowed")
    private Optional<Double> minutes = Optional.empty();

    @Option(names = "--threads", paramLabel = "N", description = "simulations at once (default: ${DEFAULT-VALUE})")
    private int threads = 1;

    @Option(names = "--engine", paramLabel = "KIND", description = "storage engine: strict promises what the contract promises and nothing more, mvstore "
            + "is the real one on disks whose power fails (default: strict)")
    private EngineKind engine = EngineKind.STRICT;

    @Option(names = "--keep-going", description = "do not stop at the first violation")
    private boolean keepGoing;

    @Override
    public Integer call() throws InterruptedException {
        if (seed.isPresent()) {
            return runOne(seed.get());
        }
        long first = from.orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 40));
        Campaign.Extent extent = minutes.isPresent() ? Campaign.Extent.lasting(first, engine, Duration.ofMillis((long) (minutes.get() * 60_000)))
                : Campaign.Extent.of(first, engine, count);
        return new Campaign(extent, threads, keepGoing ? Campaign.OnViolation.GO_ON : Campaign.OnViolation.STOP, System.out).run() ? 0 : 1;
    }

    private int runOne(long number) {
        Outcome outcome = new Simulation(number, engine, trace ? Optional.of(System.out::println) : Optional.empty()).run();
        System.out.println(Report.line(outcome));
        outcome.work().counts().forEach((what, times) -> System.out.printf("  %,9d  %s%n", times, what));
        outcome.violation().ifPresent(violation -> violation.printStackTrace(System.out));
        return outcome.violation().isPresent() ? 1 : 0;
    }

    /** As the rest of the project says it. */
    static final class Version implements picocli.CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"tenon simulator 0.1.0"};
        }
    }
}
