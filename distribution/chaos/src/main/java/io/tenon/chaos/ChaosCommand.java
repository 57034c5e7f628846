package io.tenon.chaos;

import io.tenon.chaos.fault.FaultKind;
import io.tenon.chaos.load.Settings;
import io.tenon.chaos.member.MemberKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chaos}. */
@Command(name = "chaos", mixinStandardHelpOptions = true, sortOptions = false, version = "tenon chaos 0.1.0",
        description = "Starts a cluster, loads it, does it harm, and judges all that its clients saw.",
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:nothing wrong was found", "1:something was", "2:bad arguments"})
final class ChaosCommand implements Callable<Integer> {
    @Option(names = "--members", split = ",", paramLabel = "KIND", description = "kinds of the members: etcd or tenon (default: three of tenon)")
    private List<String> members = List.of("tenon", "tenon", "tenon");

    @Option(names = "--minutes", paramLabel = "M", description = "how long; fractions allowed (default: ${DEFAULT-VALUE})")
    private double minutes = 5;

    @Option(names = "--seed", paramLabel = "N", description = "of the schedule and of what clients choose (default: by chance, printed)")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--round-seconds", paramLabel = "S", description = "after which everything is judged (default: ${DEFAULT-VALUE})")
    private int roundSeconds = 60;

    @Option(names = "--faults", split = ",", paramLabel = "KIND", description = "only these: ${COMPLETION-CANDIDATES} (default: all)")
    private List<FaultKind> faults = List.of(FaultKind.values());

    @Option(names = "--no-fault", split = ",", paramLabel = "KIND", description = "not these")
    private List<FaultKind> without = List.of();

    @Option(names = "--clients", paramLabel = "N", description = "default: ${DEFAULT-VALUE}")
    private int clients = 20;

    @Option(names = "--rate", paramLabel = "N", description = "operations a second, at most (default: ${DEFAULT-VALUE})")
    private int perSecond = 400;

    @Option(names = "--keys", paramLabel = "N", description = "that clients fight for (default: ${DEFAULT-VALUE})")
    private int keys = 8;

    @Option(names = "--flag", paramLabel = "FLAG", description = "of etcd, for all members, such as --flag=--snapshot-count=100; may be repeated")
    private List<String> flags = List.of();

    @Option(names = "--keep", description = "keep data and logs, also when nothing was wrong")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long number = seed.orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 40));
        Path folder = Files.createTempDirectory("tenon-chaos");
        Report report = new Torment(plan(number), folder, System.out).run();
        report.print(System.out);
        if (!report.isClean()) {
            System.out.println("again: distribution/chaos/chaos " + again(number));
        }
        if (report.isClean() && !keep) {
            remove(folder);
        }
        return report.isClean() ? 0 : 1;
    }

    private Plan plan(long number) {
        List<MemberKind> kinds = members.stream().map(MemberKind::of).toList();
        for (MemberKind kind : kinds) {
            kind.program().orElseThrow(() -> new IllegalArgumentException(kind.remedy()));
        }
        Settings usual = Settings.usual(number);
        Settings load = new Settings(clients, perSecond, keys, usual.recorders(), usual.keyWatchers(), usual.leases(), number);
        List<String> allFlags = new ArrayList<>(Plan.usualFlags());
        allFlags.addAll(flags);
        List<FaultKind> wanted = Arrays.stream(FaultKind.values()).filter(kind -> faults.contains(kind) && !without.contains(kind)).toList();
        return new Plan(kinds, allFlags, wanted, load, Duration.ofMillis((long) (minutes * 60_000)), Duration.ofSeconds(roundSeconds));
    }

    private String again(long number) {
        StringBuilder line = new StringBuilder(String.format("--members %s --minutes %s --seed %d --round-seconds %d --clients %d --rate %d --keys %d",
                String.join(",", members), minutes, number, roundSeconds, clients, perSecond, keys));
        line.append(" --faults ").append(String.join(",", faults.stream().map(Enum::name).toList()));
        without.forEach(kind -> line.append(" --no-fault ").append(kind));
        flags.forEach(flag -> line.append(" --flag=").append(flag));
        return line.toString();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
